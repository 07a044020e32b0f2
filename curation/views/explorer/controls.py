"""The explorer's sliders and choices, set to the policy at hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.forms import BoundField

from curation.datasets.policy import Policy
from curation.explorer.evidence import Evidence
from curation.forms.policy import PREFIX, PolicyForm
from curation.reporting import LabelStyle, label_styles

USUAL_GAMMA, USUAL_SHARE = 0.8, 0.7
WAYS = (
    ("within_label", "A share of each label", "keep the most agreed share within each label"),
    ("global", "One γ for all", "keep where agreement reaches γ, whatever the label"),
    ("per_label", "A γ for each label", "keep where agreement reaches the label’s own γ"),
    ("all", "Everything", "keep every judged text"),
)


@dataclass(frozen=True, kw_only=True)
class Slider:
    """A range of hundredths."""

    name: str
    title: str
    value: str
    shown: str  # the value in words
    low: str
    label: LabelStyle | None = None


@dataclass(frozen=True, kw_only=True)
class WayChoice:
    key: str
    title: str
    meaning: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Controls:
    ways: list[WayChoice]
    share: Slider
    gamma: Slider
    per_label: list[Slider]
    choices: list[BoundField]  # beside the way
    further: bool  # one of the choices is not the usual one


def controls_of(form: PolicyForm, policy: Policy, evidence: Evidence) -> Controls:
    lowest = math.floor(10 / max(2, len(evidence.label_names)) + 1e-9) / 10
    common = _number(form, "threshold", policy.threshold, USUAL_GAMMA)
    share = _number(form, "keep_share", policy.keep_share, USUAL_SHARE)
    title = "Share of each label to keep"
    return Controls(
        ways=[
            WayChoice(key=key, title=title, meaning=meaning, chosen=key == policy.kind)
            for key, title, meaning in WAYS
        ],
        share=_slider("keep_share", title, share, low=0.01, as_share=True),
        gamma=_slider("threshold", "γ, the agreement that is enough", common, low=lowest),
        per_label=_per_label(form, policy, common, low=lowest),
        choices=[form[name] for name in ("measure", "certainty", "balance", "aggregator")],
        further=_is_further(policy),
    )


def _per_label(form: PolicyForm, policy: Policy, common: float, *, low: float) -> list[Slider]:
    own = dict(policy.label_thresholds)
    sliders = []
    for style in label_styles(form.labels):
        name = PREFIX + style.name
        value = _number(form, name, own.get(style.name), common)
        sliders.append(_slider(name, f"γ of {style.title}", value, low=low, label=style))
    return sliders


def _is_further(policy: Policy) -> bool:
    """Whether more was chosen than a way to keep."""
    usual = Policy(keep_all=True)
    names = ("measure", "balance", "drop_mismatch", "min_votes", "aggregator")
    return any(getattr(policy, name) != getattr(usual, name) for name in names)


def _number(form: PolicyForm, name: str, chosen: float | None, usual: float) -> float:
    """The policy's own value; else what the address says for when the way is switched."""
    given = form.cleaned_data.get(name)
    value = chosen if chosen is not None else given
    return value if value is not None and 0 < value <= 1 else usual


def _slider(
    name: str,
    title: str,
    value: float,
    *,
    low: float,
    as_share: bool = False,
    label: LabelStyle | None = None,
) -> Slider:
    return Slider(
        name=name,
        title=title,
        value=f"{value:g}",
        shown=f"{100 * value:.3g}\u00a0%" if as_share else f"{value:g}",
        low=f"{min(low, math.floor(value * 100) / 100 or 0.01):g}",
        label=label,
    )
