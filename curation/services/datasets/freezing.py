"""Freezing a policy's choice as a numbered dataset version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from curation.bulk import insert_rows
from curation.datasets import Policy
from curation.datasets.frozen import FrozenRow
from curation.datasets.splits import SplitPlan
from curation.errors import BadInput, NothingToDo
from curation.importers.lines import is_storable
from curation.models import DatasetExample, DatasetVersion, Job, Project
from curation.progress import Progress, silent
from curation.services.auditing import record
from curation.services.datasets.foreseeing import Foreseen, foresee
from curation.services.pulling.under_way import is_fetching

FETCHING = ("pull",)  # kinds of jobs that bring votes in


@dataclass(frozen=True, kw_only=True)
class Curated:
    version: DatasetVersion
    created: bool  # False: the same selection had been frozen before


def curate_dataset(
    project: Project,
    policy: Policy,
    *,
    splits: SplitPlan | None = None,
    note: str = "",
    anyway: bool = False,
    progress: Progress = silent,
) -> Curated:
    """Freeze the examples that satisfy `policy` as the project's next dataset version.

    The same policy and splits on the same votes give the same fingerprint, and then the version
    that has it already, with the note it has. Dropped examples are kept in the version with their
    reason. An example whose votes are gone (deleted in Label Studio) is not in a new version; a
    version that was frozen with it keeps it as it was.

    Args:
        splits: how to split what is kept; None: all of it is "train".
        note: why it is made, in the words of who makes it.
        anyway: also while votes are being fetched.

    Raises:
        NothingToDo: nobody has voted yet, or votes are being fetched.
        NothingToCurate: no example satisfies the policy.
        BadInput: a label, an aggregator or a note that cannot be. Nothing is written in any case.
    """
    check_note(note)
    if not anyway:
        check_nothing_is_fetched(project)
    progress(0, 2, "judging")
    foreseen = foresee(project, policy, splits=splits)
    # not told row by row: until all are written nobody else may write, and nobody would see it
    progress(1, 2, f"writing {len(foreseen.rows):,} rows")
    return freeze(project, foreseen, note=note)


def check_note(note: str) -> None:
    """Refuse with `BadInput` a note that cannot be stored."""
    if not is_storable(note):
        raise BadInput(
            "The note has a NUL character or half of a character pair in it, which cannot be "
            "stored; take it out."
        )


@transaction.atomic
def freeze(project: Project, foreseen: Foreseen, *, note: str = "") -> Curated:
    """Write a version down, unless there is one of the same fingerprint."""
    Project.objects.select_for_update().get(pk=project.pk)  # one version number at a time
    known = foreseen.known(project)
    if known is not None:
        return Curated(version=known, created=False)
    version = DatasetVersion.objects.create(
        project=project,
        number=(project.dataset_versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        policy=foreseen.policy.as_json(),
        split_plan=foreseen.plan.as_json() if foreseen.plan else {},
        splits=foreseen.splits,
        note=note.strip(),
        fingerprint=foreseen.fingerprint,
        kept=foreseen.kept,
        dropped=foreseen.dropped,
        labels=foreseen.labels,
        annotators=foreseen.annotators,
        alpha=foreseen.alpha,
        mean_agreement=foreseen.mean_agreement,
        simulated=foreseen.simulated,
    )
    _write(version, foreseen.rows)
    kept = {"kept": version.kept, "dropped": version.dropped, "fingerprint": version.fingerprint}
    record("version.frozen", project=project, thing=f"version {version.number}", after=kept)
    return Curated(version=version, created=True)


def check_nothing_is_fetched(project: Project) -> None:
    running = Job.objects.active().filter(project=project, kind__in=FETCHING)
    job = running.order_by("pk").first()
    if job is not None or is_fetching(project):
        who = f"{job.kind}, job {job.pk}" if job else "by manage.py pull"
        raise NothingToDo(
            f"Votes of project {project.slug!r} are being fetched ({who}), so a "
            "version frozen now might miss some; wait until it has finished, or freeze what is "
            "there with --anyway."
        )


def _write(version: DatasetVersion, rows: Sequence[FrozenRow]) -> None:
    labels = dict(version.project.labels.values_list("name", "pk"))
    fields = (
        "version", "example", "label", "votes", "agreement", "entropy", "probability",
        "drop_reason", "split", "posterior_agreement", "posterior_low", "posterior_high",
        "probabilities",
    )  # fmt: skip
    insert_rows(
        DatasetExample,
        fields,
        (
            (
                version.pk, row.example, labels[row.label], row.votes, row.agreement, row.entropy,
                row.probability, row.drop_reason, row.split, *row.posterior, row.probabilities,
            )
            for row in rows
        ),
    )  # fmt: skip
