"""Dataset versions by their number, and what their rows say together."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Avg

from curation.errors import VersionNotFound
from curation.models import DatasetVersion, Project
from curation.services.datasets.known import known_of


def get_version(project: Project, version_number: int) -> DatasetVersion:
    """The version of that number, or `VersionNotFound` with what to do."""
    version = project.dataset_versions.filter(number=version_number).first()
    if version is None:
        raise VersionNotFound(slug=project.slug, number=version_number)
    return version


@dataclass(frozen=True, kw_only=True)
class KeptAgreement:
    """Means over the rows a version keeps."""

    raw: float | None  # a_i; None where nothing is kept
    posterior: float | None  # None in versions frozen before it was worked out


def kept_agreement(version: DatasetVersion) -> KeptAgreement:
    kept = version.rows.filter(drop_reason="")
    wanted = {"raw": Avg("agreement"), "posterior": Avg("posterior_agreement")}
    means = known_of(version, "agreement", lambda: kept.aggregate(**wanted))
    return KeptAgreement(raw=means["raw"], posterior=means["posterior"])
