"""Dataset versions by their number."""

from __future__ import annotations

from curation.errors import VersionNotFound
from curation.models import DatasetVersion, Project


def get_version(project: Project, version_number: int) -> DatasetVersion:
    """The version of that number, or `VersionNotFound` with what to do."""
    version = project.dataset_versions.filter(number=version_number).first()
    if version is None:
        raise VersionNotFound(slug=project.slug, number=version_number)
    return version
