"""Doing something about an annotator: asked once more, with what it means, before it is done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from curation.errors import CurationError, NothingToDo
from curation.forms.annotators import ActionForm
from curation.models import Annotator, Project
from curation.services.access import Right
from curation.services.quality.acting import COUNTING, VERBS, act, verbs_for
from curation.services.quality.impact import impact_of_requeue
from curation.services.quality.lines import line_of
from curation.services.quality.measuring import AT_ONCE, Measured, evidence_of, measured
from curation.services.quality.telling import USUAL_WARNING
from curation.views.annotators.person import get_annotator_of
from curation.views.annotators.wording import VERB_WORDS, Comparison, comparison_of
from curation.views.doors import in_project
from curation.views.stages import rail_of


@in_project(Right.WORK)
@require_http_methods(["GET", "POST"])
def annotator_act(request: HttpRequest, project: Project, name: str, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404(f"Nobody can be {verb!r}.")
    annotator = get_annotator_of(project, name)
    known = measured(annotator.project, at_most=None if request.method == "GET" else 0)
    form = ActionForm(request.POST or None, initial=_suggested(annotator, known))
    if request.method == "POST" and form.is_valid():
        try:
            done = act(
                annotator,
                verb,
                reason=form.cleaned_data["reason"],
                told=form.cleaned_data["told"] if verb == "warn" else "",
                by=request.user.get_username(),
                evidence=evidence_of(known, annotator.pk),
            )
        except CurationError as error:
            form.add_error(None, str(error))
        else:
            messages.info(request, done.sentence)
            return redirect("annotator", project.slug, name)
    return render(request, "annotators/act.html", _context(annotator, verb, form, known))


def _suggested(annotator: Annotator, known: Measured | None) -> dict[str, str]:
    flags = line_of(annotator, known).flags
    return {"reason": " ".join(flag.sentence for flag in flags), "told": USUAL_WARNING}


def _context(
    annotator: Annotator, verb: str, form: ActionForm, known: Measured | None
) -> dict[str, Any]:
    words = VERB_WORDS[verb]
    return {
        "project": annotator.project,
        "rail": rail_of(annotator.project, here="annotate"),
        "annotator": annotator,
        "verb": verb,
        "fits": verb in verbs_for(annotator),
        "title": words.title.format(annotator.name),
        "means": words.means,
        "deed": words.deed.format(annotator.name),
        "impact": impact_of_requeue(annotator).sentences() if verb in COUNTING else [],
        "comparison": _comparison(annotator, verb, known),
        "form": form,
    }


def _comparison(annotator: Annotator, verb: str, known: Measured | None) -> Comparison | None:
    if verb not in COUNTING or known is None or known.answers > AT_ONCE:
        return None
    try:
        return comparison_of(annotator)
    except NothingToDo:
        return None
