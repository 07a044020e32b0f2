"""`curate SLUG --threshold G | --keep-share Q [--min-votes N] [--aggregator A]`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from curation.aggregation import AGGREGATORS
from curation.datasets import Policy, PolicyError
from curation.errors import BadInput
from curation.management.base import ConcordCommand
from curation.services.datasets import curate_dataset


class Command(ConcordCommand):
    help = "Freeze the examples that satisfy a policy as the next dataset version."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--threshold", type=float, help="keep where agreement a_i ≥ this")
        parser.add_argument(
            "--keep-share", type=float, help="keep the most agreed share of each label"
        )
        parser.add_argument("--min-votes", type=int, default=1)
        parser.add_argument("--aggregator", choices=list(AGGREGATORS), default="majority")

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        try:
            policy = Policy(
                threshold=options["threshold"],
                keep_share=options["keep_share"],
                min_votes=options["min_votes"],
                aggregator=options["aggregator"],
            )
        except PolicyError as error:
            raise BadInput(str(error)) from error
        result = curate_dataset(project, policy)
        version = result.version
        kept = ", ".join(f"{name} {count}" for name, count in version.labels.items())
        dropped = ", ".join(f"{n} {why.replace('_', ' ')}" for why, n in version.dropped.items())
        self.answer(
            {
                "number": version.number,
                "created": result.created,
                "policy": policy.kind,
                "fingerprint": version.fingerprint,
                "kept": version.kept,
                "dropped": version.dropped,
                "labels": version.labels,
            },
            f"{'Froze' if result.created else 'There already:'} version {version.number} with "
            f"{version.kept} rows ({kept}); dropped {dropped or 'nothing'}.\n"
            f"Policy: {policy.sentence()}. Fingerprint {version.fingerprint[:12]}."
            + _missing_labels(version.labels),
        )


def _missing_labels(kept: dict[str, int]) -> str:
    """A warning where a label has no row left."""
    gone = [name for name, count in kept.items() if not count]
    if not gone:
        return ""
    return (
        f"\nNo row is left for {', '.join(gone)}: a classifier trained on this version can never "
        "answer that. --keep-share keeps some of every label."
    )
