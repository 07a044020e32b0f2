"""A policy as query parameters: every state of the explorer is an address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField

from curation.aggregation import AGGREGATORS
from curation.datasets import Policy, PolicyError
from curation.datasets.policy import BALANCES, MEASURES, RAW
from curation.datasets.splits import SplitError, SplitPlan
from curation.models import Project

WAYS = {
    "global": "one γ for all labels",
    "per_label": "a γ for each label",
    "within_label": "the most agreed share of each label",
    "all": "everything judged",
}
PREFIX = "threshold_"  # and a label's name: that label's own γ
MOST_VOTES = 1_000
USUAL = Policy(keep_share=0.7)


def number(label: str, *, required: bool = False) -> forms.FloatField:
    return forms.FloatField(
        required=required, label=label, widget=forms.NumberInput(attrs={"step": "any"})
    )


class PolicyForm(forms.Form):
    """Plain parameters ↔ `Policy`; one that is left out has its usual value.

    `way` (a key of `WAYS`) says which of `threshold`, `threshold_LABEL` and `keep_share` counts;
    the others may be there and are ignored, so that switching there and back loses nothing.
    Without `way`, it is the one whose parameter is given.

    Example: ?way=per_label&threshold_joke=0.6&threshold_news=0.8&min_votes=3
    """

    way = forms.ChoiceField(required=False, choices=list(WAYS.items()), label="Keep")
    threshold = number("Threshold γ")
    keep_share = number("Share of each label")
    measure = forms.ChoiceField(required=False, choices=list(MEASURES.items()), label="Measured by")
    certainty = number("Certainty")
    balance = forms.ChoiceField(
        required=False,
        choices=[(key, title or "as it comes") for key, title in BALANCES.items()],
        label="Balance of labels",
    )
    drop_mismatch = forms.BooleanField(
        required=False, label="Drop where the crowd does not give the intended label"
    )
    min_votes = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_VOTES, label="Votes at least"
    )
    aggregator = forms.ChoiceField(required=False, label="Labels by")

    def __init__(self, data: Any = None, *, project: Project, usual: Policy = USUAL) -> None:
        super().__init__(data, initial=policy_query(usual))
        self.usual = usual
        self.labels = list(project.labels.order_by("position").values_list("name", "title"))
        aggregator = self.fields["aggregator"]
        assert isinstance(aggregator, forms.ChoiceField)
        aggregator.choices = [(key, key.replace("_", "-")) for key in AGGREGATORS]
        for name, title in self.labels:
            self.fields[PREFIX + name] = number(f"γ of {title}")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.policy()
            except PolicyError as error:
                self.add_error(None, str(error))
        return cleaned

    def policy(self) -> Policy:
        """The policy that was asked for.

        Raises:
            PolicyError: a number out of range, or a way without its number; `clean` says it.
        """
        asked, usual = self.cleaned_data, self.usual
        measure = asked["measure"] or usual.measure
        certainty = asked["certainty"]
        return Policy(
            **self._way(),
            measure=measure,
            certainty=usual.certainty if certainty is None or measure == RAW else certainty,
            balance=asked["balance"] if "balance" in self.data else usual.balance,
            drop_mismatch=asked["drop_mismatch"],
            min_votes=asked["min_votes"] or usual.min_votes,
            aggregator=asked["aggregator"] or usual.aggregator,
        )

    def valid_policy(self) -> Policy | None:
        """The policy that was asked for, whatever else is wrong; None where it is."""
        try:
            return self.policy()
        except (PolicyError, KeyError):  # a field that is wrong is not among the cleaned ones
            return None

    def chosen_way(self) -> str:
        """A key of `WAYS`."""
        asked = self.cleaned_data
        if asked["way"]:
            return str(asked["way"])
        if asked["threshold"] is not None:
            return "global"
        if asked["keep_share"] is not None:
            return "within_label"
        return "per_label" if self._label_thresholds() else self.usual.kind

    def _way(self) -> dict[str, Any]:
        way, asked, usual = self.chosen_way(), self.cleaned_data, self.usual
        if way == "all":
            return {"keep_all": True}
        if way == "per_label":
            return {"label_thresholds": self._each_threshold()}
        name = "threshold" if way == "global" else "keep_share"
        value = asked[name]
        if value is None:
            value = getattr(usual, name)
        if value is None:
            raise PolicyError(
                "Give a threshold above 0 and at most 1, such as 0.8."
                if way == "global"
                else "Give the share of each label to keep, above 0 and at most 1, such as 0.7."
            )
        return {name: value}

    def _each_threshold(self) -> tuple[tuple[str, float], ...]:
        given = dict(self.usual.label_thresholds) | self._label_thresholds()
        missing = [title for name, title in self.labels if name not in given]
        if missing:
            raise PolicyError(
                f"Give a threshold for {', '.join(missing)}, too: each label has one."
            )
        return tuple(given.items())

    def _label_thresholds(self) -> dict[str, float]:
        values = {name: self.cleaned_data.get(PREFIX + name) for name, _ in self.labels}
        return {name: value for name, value in values.items() if value is not None}

    def label_fields(self) -> list[BoundField]:
        """The γ of each label, in label order."""
        return [self[PREFIX + name] for name, _ in self.labels]


class FreezeForm(PolicyForm):
    """What a new dataset version is made from: a policy, a plan for its splits, a note."""

    train = number("Train")
    validation = number("Validation")
    test = number("Test")
    split_seed = forms.IntegerField(required=False, min_value=0, label="Seed of the splits")
    note = forms.CharField(
        required=False,
        max_length=2_000,
        label="Note",
        help_text="Why this version is made; it stays with it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    anyway = forms.BooleanField(required=False, label="Freeze although votes are being fetched")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            try:
                self.split_plan()
            except SplitError as error:
                self.add_error(None, str(error))
        return cleaned

    def split_plan(self) -> SplitPlan | None:
        """How to split; None when no share is given, or all goes to train.

        Raises:
            SplitError: shares that do not add up to 1; `clean` says it.
        """
        asked = self.cleaned_data
        shares = {name: asked[name] for name in ("train", "validation", "test")}
        if all(share is None for share in shares.values()):
            return None
        plan = SplitPlan(
            **{name: share or 0.0 for name, share in shares.items()}, seed=asked["split_seed"] or 0
        )
        return None if plan.train == 1 else plan

    def split_fields(self) -> list[BoundField]:
        return [self[name] for name in ("train", "validation", "test", "split_seed")]


def policy_query(policy: Policy) -> dict[str, str]:
    """The parameters that `PolicyForm` reads as `policy`; what is usual is left out.

    >>> policy_query(Policy(threshold=0.8, min_votes=3))
    {'way': 'global', 'threshold': '0.8', 'min_votes': '3'}
    """
    query: dict[str, Any] = {"way": policy.kind}
    query |= {"threshold": policy.threshold, "keep_share": policy.keep_share}
    query |= {PREFIX + label: value for label, value in policy.label_thresholds}
    if policy.measure != RAW:
        query |= {"measure": policy.measure, "certainty": policy.certainty}
    query |= {"balance": policy.balance, "drop_mismatch": "on" if policy.drop_mismatch else ""}
    if policy.min_votes != 1:
        query["min_votes"] = policy.min_votes
    if policy.aggregator != "majority":
        query["aggregator"] = policy.aggregator
    return {name: _plain(value) for name, value in query.items() if value not in (None, "")}


def _plain(value: Any) -> str:
    return repr(value) if isinstance(value, float) else str(value)
