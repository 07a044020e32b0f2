"""Who somebody is in a project: from the id a platform, Label Studio or an account gives them."""

from __future__ import annotations

from dataclasses import dataclass

from curation.errors import AnnotationRefused, BadInput
from curation.importers.lines import is_storable
from curation.models import AnnotationRound, Annotator, Project
from curation.services.annotating.joining import member_name, worker_name
from curation.services.pulling import pseudonym


@dataclass(frozen=True, kw_only=True)
class Found:
    annotator: Annotator
    how: str  # what the id is, in words


def find_annotators(project: Project, known_as: str) -> list[Found]:
    """Everybody the project may know under this id; pseudonyms cannot be turned back, only made.

    Args:
        known_as: an external worker id, a user name, an e-mail address, or a pseudonym itself.

    Raises:
        BadInput: nothing was given.
    """
    known_as = known_as.strip()
    if not known_as:
        raise BadInput("Say whom to find: a worker id, a user name or an e-mail address.")
    if not is_storable(known_as):
        return []  # no name here has what no database takes
    names = {
        pseudonym(known_as): "an e-mail address on Label Studio",
        member_name(known_as): "a user name here",
    }
    try:
        names[worker_name(AnnotationRound(project=project), known_as)] = "an external worker id"
    except AnnotationRefused:
        pass  # no platform gives such an id
    names[known_as] = "the name itself"
    people = project.annotators.filter(name__in=names).order_by("name")
    return [Found(annotator=person, how=names[person.name]) for person in people]


def get_annotator(project: Project, name: str) -> Annotator:
    """The annotator of that pseudonym.

    Raises:
        BadInput: the project has nobody of that name.
    """
    found = project.annotators.filter(name=name).first()
    if found is None:
        raise BadInput(
            f"Project {project.slug!r} has no annotator {name!r}; "
            f"manage.py annotators {project.slug} lists them."
        )
    return found
