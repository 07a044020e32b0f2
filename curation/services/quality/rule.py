"""The rule that warns or pauses flagged annotators by itself. Off unless a project asks for it."""

from __future__ import annotations

from django.db import transaction

from curation.errors import BadInput
from curation.models import Annotator, AnnotatorAction, AnnotatorRule, Project
from curation.quality import PAUSE
from curation.services.auditing import record
from curation.services.operations.carrying_on import carrying_on
from curation.services.quality.acting import VERBS, Done, act
from curation.services.quality.lines import AnnotatorLine, annotator_lines
from curation.services.quality.measuring import evidence_of, is_behind, measured

BY_RULE = "rule"
RULES: dict[str, str] = dict(AnnotatorRule.choices)


@transaction.atomic
def set_rule(project: Project, rule: str) -> None:
    """Say what the project asks for from now on.

    Raises:
        BadInput: no such rule.
    """
    if rule not in RULES:
        raise BadInput(f"There is no rule {rule!r}; there are {', '.join(RULES)}.")
    before, project.annotator_rule = project.annotator_rule, rule
    project.save(update_fields=["annotator_rule"])
    was, now = {"rule": before}, {"rule": rule}
    record("project.annotator_rule", project=project, before=was, after=now)


def projects_due() -> list[Project]:
    """Projects with a rule whose figures have fallen behind their answers."""
    asking = Project.objects.exclude(annotator_rule=AnnotatorRule.OFF).order_by("pk")
    due = []
    for project in asking:
        with carrying_on(f"looking after the annotators of {project.slug}"):
            if is_behind(project):
                due.append(project)
    return due


def apply_flags(project: Project, *, rule: str | None = None, by: str = BY_RULE) -> list[Done]:
    """Warn or pause those who are flagged, if the project asks for it.

    Once and no more: who was warned or paused before, or about whom a person decided last, is
    left as they are.

    Args:
        rule: instead of the project's own.
    """
    rule = project.annotator_rule if rule is None else rule
    if rule == AnnotatorRule.OFF:
        return []
    known = measured(project)
    lines = annotator_lines(project).people
    done = []
    for line in lines:
        verb = _verb(line, rule)
        if verb and _is_new(line.annotator, verb):
            sentences = " ".join(flag.sentence for flag in line.flags)
            evidence = evidence_of(known, line.annotator.pk)
            done.append(act(line.annotator, verb, reason=sentences, by=by, evidence=evidence))
    return done


def _verb(line: AnnotatorLine, rule: str) -> str:
    """What the flags ask for as this person stands; "" for nothing."""
    if not line.flags:
        return ""
    strong = rule == PAUSE and any(flag.level == PAUSE for flag in line.flags)
    verb = "pause" if strong else "warn"
    return verb if line.annotator.standing in VERBS[verb].start else ""


def _is_new(annotator: Annotator, verb: str) -> bool:
    history = list(annotator.actions.order_by("pk").values_list("kind", "by"))
    decided = {AnnotatorAction.Kind.RESUMED.value, AnnotatorAction.Kind.RESTORED.value}
    return not any(kind == VERBS[verb].kind or kind in decided for kind, _ in history)
