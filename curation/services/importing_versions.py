"""Exported versions in again: the same number, rows, votes and fingerprint, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import IntegrityError, transaction

from curation.datasets import Policy, PolicyError
from curation.datasets.frozen import FrozenRow, version_fingerprint
from curation.datasets.splits import SplitError, SplitPlan
from curation.errors import BadInput
from curation.importers.exported import Described, opened, read_description
from curation.models import Annotation, DatasetVersion, Project
from curation.progress import Progress, silent
from curation.services.exports.rows import VoteTally, vote_rows
from curation.services.importing_rows import add_rows, add_votes, stored_rows
from curation.services.projects import NewLabel, create_project


@dataclass(frozen=True, kw_only=True)
class ImportedDataset:
    version: DatasetVersion
    rows: int  # examples considered
    votes: int
    unchanged: bool  # it was there already


def import_dataset(path: Path, *, slug: str = "", progress: Progress = silent) -> ImportedDataset:
    """A version from the folder or the zip of an export, as a project of its own.

    Its votes become one round of imported votes, given by the pseudonyms of the export, so that
    agreement can be worked out again; the version itself is written as it was exported. At the end
    its fingerprint is computed from what was stored, and must be the one that was exported.

    Args:
        slug: what to call the project here; "": what it was called where it was exported.

    Raises:
        BadInput: the export is not whole, not one of ours or of a later format; a project of that
            name is here already; or what was stored is not what was exported. Nothing is written.
    """
    with opened(path) as export:
        folder = export.folder
        described = read_description(folder, known=export.files)
        try:
            return _import(folder, described, slug, progress)
        except IntegrityError:
            known = _known(described, slug)  # somebody else may have brought it in meanwhile
            if known is None:
                raise
            return _imported(known, unchanged=True)


@transaction.atomic
def _import(folder: Path, described: Described, slug: str, progress: Progress) -> ImportedDataset:
    known = _known(described, slug)
    if known is not None:
        return _imported(known, unchanged=True)
    version = _new_version(_new_project(described, slug), described)
    add_rows(version, folder, described, progress)
    add_votes(version, folder, described, progress)
    _check_same(version, described)
    return _imported(version, unchanged=False)


def _imported(version: DatasetVersion, *, unchanged: bool) -> ImportedDataset:
    return ImportedDataset(
        version=version,
        rows=version.kept + sum(version.dropped.values()),
        votes=Annotation.objects.of(version.project).count(),
        unchanged=unchanged,
    )


def _known(described: Described, slug: str) -> DatasetVersion | None:
    """The version, if it is here under that name already."""
    slug = slug or described.project["slug"]
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        return None
    version = project.dataset_versions.filter(
        number=described.version["number"], fingerprint=described.version["fingerprint"]
    ).first()
    if version is None:
        raise BadInput(
            f"There is a project {slug!r} already, and it is not this one; import the version "
            "under another name with --slug NAME."
        )
    return version


def _new_project(described: Described, slug: str) -> Project:
    facts = described.project
    return create_project(
        slug or facts["slug"],
        labels=[NewLabel(**label) for label in described.labels],
        title=facts["title"],
        description=facts["description"],
        instructions=facts["instructions"],
        overlap=facts["overlap"],
        threshold=float(facts["threshold"]),
        writing=facts["writing"],
    )


def _new_version(project: Project, described: Described) -> DatasetVersion:
    said = described.version
    version = DatasetVersion.objects.create(
        project=project,
        **{
            name: said[name]
            for name in (
                "number", "policy", "fingerprint", "kept", "dropped", "labels", "annotators",
                "alpha", "mean_agreement", "simulated", "split_plan", "splits", "note",
            )
        },
    )  # fmt: skip
    version.created_at = described.created_at  # when it was frozen, not when it was imported
    version.save(update_fields=["created_at"])
    return version


def _check_same(version: DatasetVersion, described: Described) -> None:
    """What was stored must have the fingerprint, the counts and the votes that were exported."""
    try:
        policy = Policy.from_json(version.policy)
        plan = SplitPlan.from_json(version.split_plan)
    except (PolicyError, SplitError, TypeError) as error:
        raise BadInput(f"The policy of the export cannot be ({error}); nothing was kept.") from None
    counts = _Counts()
    found = version_fingerprint(policy, plan, counts.counting(stored_rows(version)))
    if found != version.fingerprint:
        raise BadInput(
            f"The rows have the fingerprint {found[:12]}…, but the export says it is "
            f"{version.fingerprint[:12]}…: something in it was changed. Nothing was kept."
        )
    tally = VoteTally()
    for _ in vote_rows(version, tally):
        pass
    labels = {name: n for name, n in version.labels.items() if n}
    said = (version.dropped, version.splits, labels, version.kept, dict(described.votes))
    kept = counts.labels.total()
    if said != (counts.dropped, counts.splits, counts.labels, kept, dict(tally.facts())):
        raise BadInput(
            "The rows and votes are not as many as the export says it holds. Nothing was kept."
        )


class _Counts:
    """Rows counted while they pass."""

    def __init__(self) -> None:
        self.labels: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.splits: Counter[str] = Counter()

    def counting(self, rows: Iterable[FrozenRow]) -> Iterator[FrozenRow]:
        for row in rows:
            if row.kept:
                self.labels[row.label] += 1
                self.splits.update([row.split] if row.split else [])
            else:
                self.dropped[row.drop_reason] += 1
            yield row
