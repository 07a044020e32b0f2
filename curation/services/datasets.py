"""Freezing a policy's choice as a numbered dataset version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from curation import frames
from curation.agreement import nominal_alpha
from curation.bulk import insert_rows
from curation.datasets import Policy, drop_reasons, fingerprint
from curation.datasets.keeping import KEPT
from curation.errors import NothingToCurate, VersionNotFound
from curation.models import DatasetExample, DatasetVersion, Project
from curation.services.agreement import JudgedProject, is_simulated, judge, number


@dataclass(frozen=True, kw_only=True)
class Curated:
    version: DatasetVersion
    created: bool  # False: the same selection had been frozen before


def curate_dataset(project: Project, policy: Policy) -> Curated:
    """Freeze the examples that satisfy `policy` as the project's next dataset version.

    The same policy on the same votes gives the same fingerprint, and then the version that has
    it already. Dropped examples are kept in the version with their reason.

    Raises:
        NothingToDo: nobody has voted yet.
        NothingToCurate: no example satisfies the policy. Nothing is written in either case.
    """
    result = judge(project, aggregator=policy.aggregator, posterior=True)
    reasons = drop_reasons(result.judged, policy).tolist()
    rows = sorted(_rows(result, reasons), key=lambda row: row.external_id)
    if all(row.drop_reason != KEPT for row in rows):
        raise NothingToCurate(
            f"None of the {len(rows)} judged examples satisfies the policy "
            f"({policy.sentence()}); lower the threshold or the minimum of votes."
        )
    texts = frames.text_digests(project)
    digest = fingerprint(policy.as_json(), (row.as_json(texts[row.example]) for row in rows))
    return _freeze(project, policy, result, rows, digest)


@transaction.atomic
def _freeze(
    project: Project, policy: Policy, result: JudgedProject, rows: list[_Row], digest: str
) -> Curated:
    Project.objects.select_for_update().get(pk=project.pk)  # one version number at a time
    known = project.dataset_versions.filter(fingerprint=digest).first()
    if known is not None:
        return Curated(version=known, created=False)
    kept = Counter(row.label for row in rows if row.drop_reason == KEPT)
    version = DatasetVersion.objects.create(
        project=project,
        number=(project.dataset_versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        policy=policy.as_json(),
        fingerprint=digest,
        kept=kept.total(),
        dropped=dict(Counter(row.drop_reason for row in rows if row.drop_reason != KEPT)),
        labels={name: kept[name] for name in result.label_names},
        annotators=result.annotators,
        alpha=number(nominal_alpha(result.counts)),
        mean_agreement=float(result.judged.agreement.mean()),
        simulated=is_simulated(project),
    )
    _write(version, rows)
    return Curated(version=version, created=True)


def get_version(project: Project, version_number: int) -> DatasetVersion:
    """The version of that number, or `VersionNotFound` with what to do."""
    version = project.dataset_versions.filter(number=version_number).first()
    if version is None:
        raise VersionNotFound(slug=project.slug, number=version_number)
    return version


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    external_id: str
    example: int
    label: str
    votes: list[int]
    agreement: float
    entropy: float
    probability: float
    drop_reason: str

    def as_json(self, text_digest: str) -> dict[str, Any]:
        """What the fingerprint covers: nothing that differs between machines, such as keys."""
        return {
            "id": self.external_id,
            "text": text_digest,
            "label": self.label,
            "votes": self.votes,
            "probability": round(self.probability, 6),
            "drop_reason": self.drop_reason,
        }


def _rows(result: JudgedProject, reasons: list[str]) -> Iterator[_Row]:
    judged = result.judged
    columns = zip(
        judged.external_id,
        result.example_keys.tolist(),
        judged.label.tolist(),
        result.counts.tolist(),
        judged.agreement.tolist(),
        judged.entropy.tolist(),
        judged.probability.tolist(),
        reasons,
        strict=True,
    )
    for external_id, key, label, votes, agreement, entropy, probability, reason in columns:
        yield _Row(
            external_id=external_id,
            example=key,
            label=result.label_names[label],
            votes=votes,
            agreement=agreement,
            entropy=entropy,
            probability=probability,
            drop_reason=reason,
        )


def _write(version: DatasetVersion, rows: list[_Row]) -> None:
    label_keys = dict(version.project.labels.values_list("name", "pk"))
    fields = [
        "version",
        "example",
        "label",
        "votes",
        "agreement",
        "entropy",
        "probability",
        "drop_reason",
    ]
    insert_rows(
        DatasetExample,
        fields,
        (
            (
                version.pk,
                row.example,
                label_keys[row.label],
                row.votes,
                row.agreement,
                row.entropy,
                row.probability,
                row.drop_reason,
            )
            for row in rows
        ),
    )
