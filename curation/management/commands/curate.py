"""`curate SLUG --threshold G | --keep-share Q | --label-threshold LABEL=G … | --keep-all`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from curation.aggregation import AGGREGATORS
from curation.datasets import Policy, PolicyError
from curation.datasets.policy import BALANCES, MEASURES
from curation.datasets.splits import SplitError, SplitPlan, in_order
from curation.errors import BadInput
from curation.management.base import ConcordCommand
from curation.models import DatasetVersion, Project
from curation.reporting import wording
from curation.services.datasets import Foreseen, curate_dataset, foresee


class Command(ConcordCommand):
    help = "Freeze the examples that satisfy a policy as the next dataset version."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        _add_ways(parser)
        _add_choices(parser)
        parser.add_argument("--split", metavar="TRAIN,VALIDATION,TEST", help="such as 0.8,0.1,0.1")
        parser.add_argument("--split-seed", type=int, default=0)
        parser.add_argument("--note", default="", help="why the version is made")
        parser.add_argument("--dry-run", action="store_true", help="say what it would hold only")
        parser.add_argument(
            "--anyway", action="store_true", help="also while votes are being fetched"
        )

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        policy, plan = policy_of(options), plan_of(options)
        if options["dry_run"]:
            self._foresee(project, foresee(project, policy, splits=plan))
            return
        note, anyway = options["note"], options["anyway"]
        with self.progress("Freezing") as progress:
            result = curate_dataset(
                project, policy, splits=plan, note=note, anyway=anyway, progress=progress
            )
        version = result.version
        self.answer(
            {"number": version.number, "created": result.created, **_facts(policy, plan, version)},
            f"{'Froze' if result.created else 'There already:'} version {version.number} with "
            f"{_told(policy, plan, version)}",
        )

    def _foresee(self, project: Project, foreseen: Foreseen) -> None:
        known, policy, plan = foreseen.known(project), foreseen.policy, foreseen.plan
        there = "" if known is None else f"\nVersion {known.number} holds exactly this already."
        self.answer(
            {
                "number": known.number if known else None,
                "created": False,
                **_facts(policy, plan, foreseen),
            },
            f"Would freeze {_told(policy, plan, foreseen)}{there}\nNothing was written.",
        )


def _add_ways(parser: CommandParser) -> None:
    parser.add_argument("--threshold", type=float, help="keep where agreement a_i ≥ this")
    parser.add_argument("--keep-share", type=float, help="keep the most agreed share of each label")
    parser.add_argument(
        "--label-threshold",
        action="append",
        default=[],
        metavar="LABEL=G",
        help="a threshold of one label; give one for each label",
    )
    parser.add_argument("--keep-all", action="store_true", help="keep everything judged")


def _add_choices(parser: CommandParser) -> None:
    parser.add_argument("--measure", choices=list(MEASURES), default="raw")
    parser.add_argument(
        "--certainty",
        type=float,
        default=0.5,
        help="to reach the threshold, of --measure posterior",
    )
    parser.add_argument("--balance", choices=[key for key in BALANCES if key], default="")
    parser.add_argument(
        "--drop-mismatch",
        action="store_true",
        help="drop where the crowd does not give the intended label",
    )
    parser.add_argument("--min-votes", type=int, default=1)
    parser.add_argument("--aggregator", choices=list(AGGREGATORS), default="majority")


def policy_of(options: dict[str, Any]) -> Policy:
    """The policy that the options say, or `BadInput` with what is wrong."""
    try:
        return Policy(
            threshold=options["threshold"],
            keep_share=options["keep_share"],
            label_thresholds=_label_thresholds(options["label_threshold"]),
            keep_all=options["keep_all"],
            measure=options["measure"],
            certainty=options["certainty"],
            balance=options["balance"],
            drop_mismatch=options["drop_mismatch"],
            min_votes=options["min_votes"],
            aggregator=options["aggregator"],
        )
    except PolicyError as error:
        raise BadInput(str(error)) from error


def _label_thresholds(texts: list[str]) -> tuple[tuple[str, float], ...]:
    thresholds: dict[str, float] = {}
    for text in texts:
        label, _, value = text.rpartition("=")
        if label in thresholds:
            raise BadInput(f"Label {label!r} has two thresholds; give it one.")
        try:
            thresholds[label] = float(value)
        except ValueError as error:
            raise BadInput(
                f"{text!r} is not a threshold of a label; write it as LABEL=0.8."
            ) from error
    return tuple(thresholds.items())


def plan_of(options: dict[str, Any]) -> SplitPlan | None:
    """How to split, or `BadInput` with what is wrong."""
    if not options["split"]:
        return None
    try:
        plan = SplitPlan.from_text(options["split"], seed=options["split_seed"])
    except SplitError as error:
        raise BadInput(str(error)) from error
    return None if plan.train == 1 else plan


def _facts(
    policy: Policy, plan: SplitPlan | None, held: DatasetVersion | Foreseen
) -> dict[str, Any]:
    return {
        "policy": policy.kind,
        "sentence": policy.sentence(),
        "fingerprint": held.fingerprint,
        "kept": held.kept,
        "dropped": held.dropped,
        "labels": held.labels,
        "splits": held.splits,
        "split_plan": plan.as_json() if plan else {},
    }


def _told(policy: Policy, plan: SplitPlan | None, held: DatasetVersion | Foreseen) -> str:
    kept = ", ".join(f"{name} {count:,}" for name, count in held.labels.items())
    dropped = ", ".join(f"{n:,} {wording.reason(why)}" for why, n in held.dropped.items())
    lines = [f"{held.kept:,} rows ({kept}); dropped {dropped or 'nothing'}."]
    if plan is not None:
        parts = ", ".join(f"{name} {count:,}" for name, count in in_order(held.splits))
        lines.append(f"Splits: {parts} ({plan.sentence()}).")
    lines.append(f"Policy: {policy.sentence()}. Fingerprint {held.fingerprint[:12]}.")
    return "\n".join(lines) + _missing_labels(held.labels)


def _missing_labels(kept: dict[str, int]) -> str:
    """A warning where a label has no row left."""
    gone = [name for name, count in kept.items() if not count]
    if not gone:
        return ""
    return (
        f"\nNo row is left for {', '.join(gone)}: a classifier trained on this version can never "
        f"answer {'that' if len(gone) == 1 else 'those'}. --keep-share keeps some of every label."
    )
