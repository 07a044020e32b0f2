"""Studies written down, looked up and forgotten."""

from __future__ import annotations

import json
import re

from django.db import transaction
from django.db.models import QuerySet

from curation.errors import BadInput, CurationError
from curation.models import Project
from curation.services.training_rows.validation import validation_rows
from training.errors import StudyNotFound, StudyRefused
from training.fitting.errors import FitError
from training.models import Study, StudyCell
from training.services.studies.at_work import is_at_work
from training.services.studies.wanting import StudyRows
from training.studies.errors import BadPlan
from training.studies.plan import Cell, StudyPlan

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
LONGEST = {"title": 200, "arm": 80, "classifier": 80}  # what the database holds


def create_study(plan: StudyPlan, slug: str) -> Study:
    """Write a study down with all its cells; the same plan under the same slug is the same study.

    Raises:
        StudyRefused: a project, a test set or the rows of a source are missing, a name is too long,
            or the slug belongs to another plan; nothing was changed.
    """
    _check_names(plan, slug)
    known = Study.objects.filter(slug=slug).first()
    if known is not None:
        return _same(known, plan)
    projects = check_rows(StudyRows(plan))
    with transaction.atomic():
        # somebody else may have written it down while the rows were read
        study, new = Study.objects.get_or_create(
            slug=slug,
            defaults={
                "title": plan.title,
                "plan": plan.as_json(),
                "fingerprint": plan.fingerprint,
            },
        )
        if not new:
            return _same(study, plan)
        study.projects.set(projects.values())
        StudyCell.objects.bulk_create(
            StudyCell(
                study=study,
                project=projects[cell.project],
                arm=cell.arm.name,
                classifier=cell.classifier,
                seed=cell.seed,
            )
            for cell in plan.cells()
        )
    return study


def projects_of_study(slug: str) -> QuerySet[Project]:
    """The projects of the study of that slug; none where there is no such study."""
    found = Study.objects.filter(slug=slug).first()
    return Project.objects.none() if found is None else found.projects.all()


def check_rows(rows: StudyRows) -> dict[str, Project]:
    """The projects of a plan by slug, when all that its cells read is there.

    Raises:
        StudyRefused: what is missing, and in which arm of which project.
    """
    projects: dict[str, Project] = {}
    for slug in rows.plan.projects:
        where = f"Project {slug!r}"
        try:
            project_rows = rows.of(slug)
            projects[slug] = project_rows.project
            assert project_rows.test
            for cell in rows.plan.cells():
                if cell.project == slug and cell.seed == 0:
                    where = f"Arm {cell.arm.name!r}, project {slug!r}"
                    project_rows.labelled(cell.config)
                    _check_patience(project_rows.project, cell)
                    for source in filter(None, (cell.arm.source, cell.arm.quality)):
                        project_rows.rows(source, seed=0)
        except (CurationError, FitError) as error:
            raise StudyRefused(f"{where}: {error}") from error
    return projects


def _check_patience(project: Project, cell: Cell) -> None:
    if cell.config.patience and not validation_rows(project, cell.arm.source):
        raise BadInput(
            f"Classifier {cell.classifier!r} has patience, but {cell.arm.source!r} sets no "
            "validation texts aside to judge by; leave patience out, or train on a version with a "
            "validation part."
        )


def get_study(slug: str) -> Study:
    """Raises StudyNotFound."""
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        known = ", ".join(Study.objects.order_by("slug").values_list("slug", flat=True)[:10])
        raise StudyNotFound(slug, known)
    return study


def plan_of(study: Study) -> StudyPlan:
    """Raises StudyRefused: a plan of another release, which this one cannot read."""
    try:
        return StudyPlan.from_json(study.plan)
    except BadPlan as error:
        raise StudyRefused(f"The plan of study {study.slug!r} cannot be read: {error}") from error


def delete_study(slug: str) -> None:
    """Forget a study; its runs stay, with their files.

    Raises:
        StudyNotFound. StudyRefused: it is at work.
    """
    study = get_study(slug)
    if is_at_work(study):
        raise StudyRefused(f"Study {slug!r} is at work; first: manage.py study stop {slug}")
    study.delete()


def _same(known: Study, plan: StudyPlan) -> Study:
    if known.fingerprint != plan.fingerprint:
        raise StudyRefused(
            f"There is a study {known.slug!r} with another plan; choose another name with --slug, "
            f"or forget the old one with: manage.py study delete {known.slug}"
        )
    return known


def _check_names(plan: StudyPlan, slug: str) -> None:
    if not SLUG.fullmatch(slug):
        raise StudyRefused(
            f"{slug!r} cannot name a study; use up to 60 small letters, digits, - and _."
        )
    named = [("title", plan.title)]
    named += [("arm", arm.name) for arm in plan.arms]
    named += [("classifier", name) for name in plan.classifiers]
    for what, name in named:
        if len(name) > LONGEST[what]:
            raise StudyRefused(
                f"The {what} {name[:40]!r}… of the study has {len(name)} characters; "
                f"{LONGEST[what]} are the most."
            )
    try:
        text = json.dumps(plan.as_json(), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise StudyRefused(f"The study holds a value that is no plain one: {error}.") from error
    if "\\u0000" in text:
        raise StudyRefused("The study holds a NUL character, which no database keeps.")
