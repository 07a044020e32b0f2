"""Rows out: as files, and for training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Count

from curation.datasets import CardFacts, Policy, dataset_card
from curation.errors import BadInput
from curation.exporters import EXPORTERS, ExportRow
from curation.files import written_whole
from curation.models import DatasetExample, DatasetVersion, Project


@dataclass(frozen=True, kw_only=True)
class Exported:
    path: Path
    card: Path
    rows: int


def export_dataset(version: DatasetVersion, *, form: str, to: Path) -> Exported:
    """Write the kept rows of a version as one file, and its dataset card beside it.

    The file appears only when it is whole: it is written under another name and then renamed.

    Args:
        form: a key of `EXPORTERS`.
        to: the file, or a folder to write `<project>-v<number>.<form>` into.

    Raises:
        BadInput: no such form, a file of that name exists, or the place cannot be written.
    """
    if form not in EXPORTERS:
        raise BadInput(f"There is no export format {form!r}; there are {', '.join(EXPORTERS)}.")
    slug = version.project.slug
    if to.is_dir() or not to.suffix:
        to = to / f"{slug}-v{version.number}.{form}"  # a name of our own may be written again
    else:
        _check_target(to, form)
    card = to.with_name(f"{to.stem}.README.md")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(to) as scratch:
            EXPORTERS[form](export_rows(version), scratch)
        with written_whole(card) as scratch:
            scratch.write_text(dataset_card(card_facts(version)), encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"{str(to)!r} cannot be written ({error.strerror}); choose another place with --to."
        ) from error
    return Exported(path=to, card=card, rows=version.kept)


def _check_target(to: Path, form: str) -> None:
    """A file the user named must be new, and end as its form does."""
    if to.exists():
        raise BadInput(f"{str(to)!r} exists already; choose another name, or name a folder.")
    if to.suffix != f".{form}":
        raise BadInput(f"{str(to)!r} should end in .{form}, the format that was asked for.")


def export_rows(version: DatasetVersion) -> Iterator[ExportRow]:
    """The kept rows of a version, by external id."""
    names = version.project.label_names()
    rows = (
        DatasetExample.objects.filter(version=version)
        .kept()
        .order_by("pk")
        .values_list(
            "example__external_id",
            "example__text",
            "label__name",
            "example__intended_label__name",
            "agreement",
            "entropy",
            "probability",
            "votes",
            "example__source",
        )
        .iterator(chunk_size=5_000)
    )
    for key, text, label, intended, agreement, entropy, probability, votes, source in rows:
        yield ExportRow(
            id=key,
            text=text,
            label=label,
            intended_label=intended or "",
            agreement=agreement,
            entropy=entropy,
            probability=probability,
            votes=dict(zip(names, votes, strict=True)),
            source=source,
        )


def card_facts(version: DatasetVersion) -> CardFacts:
    """What a version's card says."""
    project: Project = version.project
    sources = (
        DatasetExample.objects.filter(version=version)
        .kept()
        .values_list("example__source")
        .annotate(n=Count("pk"))
        .order_by("example__source")
    )
    return CardFacts(
        project=project.slug,
        title=project.title,
        question=project.description,
        number=version.number,
        policy=Policy.from_json(version.policy).sentence(),
        fingerprint=version.fingerprint,
        created=version.created_at.date().isoformat(),
        label_meanings=dict(project.labels.values_list("name", "description")),
        labels=version.labels,
        dropped=version.dropped,
        annotations=sum(sum(row) for row in version.rows.values_list("votes", flat=True)),
        annotators=version.annotators,
        alpha=version.alpha,
        mean_agreement=version.mean_agreement,
        sources=dict(sources),
        simulated=version.simulated,
    )
