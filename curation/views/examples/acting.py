"""Chosen examples: asked of annotators, set aside, taken back in. Nothing without a second look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from curation.errors import BadInput, CurationError
from curation.forms import SendForm, SetAsideForm
from curation.models import Project
from curation.reporting import wording
from curation.services.access import Right
from curation.services.examples_table import ExampleFilter
from curation.services.examples_table.acting import (
    chosen_keys,
    of_project,
    send,
    set_aside,
    take_back,
)
from curation.views.doors import project_here
from curation.views.stages import rail_of

LONGEST_KEY = 19  # digits that no row's key has


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that can be done with chosen texts."""

    title: str
    means: str
    button: str  # what the button says, with the number of texts


ACTS = {
    "send": Act(
        title="Send texts to annotators",
        means="A new round on the built-in page is opened with these texts alone. Votes they have "
        "already are kept; nobody is asked twice about the same text in one round.",
        button="Open a round of {}",
    ),
    "aside": Act(
        title="Set texts aside",
        means="Versions that are frozen from now on drop them as “set aside by hand”, and new "
        "rounds do not ask about them. Frozen versions stay as they are. It can be undone.",
        button="Set {} aside",
    ),
    "back": Act(
        title="Take texts back in",
        means="They are treated like every other text again. Why they were set aside is kept.",
        button="Take {} back in",
    ),
}


@login_required
@require_POST
def examples_act(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_here(request, slug, Right.WORK)
    verb = request.POST.get("do", "")
    if verb not in ACTS:
        raise Http404(f"Nothing is done with texts by {verb!r}.")
    try:
        wish = ExampleFilter.from_query(_query(request))
        keys = _keys(request, project, wish)
    except BadInput as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(_back(request, slug, ""))
    back = _back(request, slug, wish.query())
    sure = "sure" in request.POST
    form = _form(verb, request.POST if sure else None, project)
    if sure and (form is None or form.is_valid()):
        try:
            return _do(request, project, verb, keys, form=form, back=back)
        except CurationError as error:
            messages.error(request, str(error))
    context = {
        "project": project,
        "act": ACTS[verb],
        "button": ACTS[verb].button.format(wording.plural(len(keys), "text")),
        "keys": keys,
        "form": form,
        "back": back,
        "rail": rail_of(project),
        "sent": {"do": verb, "query": wish.query(), "from": request.POST.get("from", "")},
    }
    return render(request, "examples/act.html", context, status=400 if sure else 200)


def _back(request: HttpRequest, slug: str, query: str) -> str:
    """Where the texts were chosen: on the map, coloured as it was, or in the table."""
    place, _, by = request.POST.get("from", "").partition(":")
    if place == "map":
        return f"{reverse('map', args=[slug])}?{urlencode({'by': by})}"
    table = reverse("examples", args=[slug])
    return f"{table}?{query}" if query else table


def _query(request: HttpRequest) -> dict[str, str]:
    return dict(parse_qsl(request.POST.get("query", "")))


def _keys(request: HttpRequest, project: Project, wish: ExampleFilter) -> list[int]:
    """The texts that were ticked, or all that the filter means."""
    if request.POST.get("which") == "found":
        return of_project(project, chosen_keys(project, wish))
    # in one field where they are many: Django takes 1,000 fields
    ticked = [*request.POST.getlist("key"), *request.POST.get("keys", "").split(",")]
    plain = (key for key in ticked if key.isascii() and key.isdecimal())
    return of_project(project, [int(key) for key in plain if len(key) < LONGEST_KEY])


def _form(verb: str, data: Any, project: Project) -> forms.Form | None:
    if verb == "send":
        return SendForm(data, project=project)
    return SetAsideForm(data) if verb == "aside" else None


def _do(
    request: HttpRequest,
    project: Project,
    verb: str,
    keys: list[int],
    *,
    form: forms.Form | None,
    back: str,
) -> HttpResponse:
    by = request.user.get_username()
    if verb == "send":
        assert form is not None
        target = send(project, keys, overlap=form.cleaned_data["overlap"])
        return redirect("round", project.slug, target.number)
    if verb == "aside":
        assert form is not None
        number = set_aside(project, keys, reason=form.cleaned_data["reason"], by=by)
        said = f"{wording.plural(number, 'text')} set aside; filter by “Set aside by hand” to undo."
    else:
        number = take_back(project, keys, by=by)
        said = f"{wording.plural(number, 'text')} taken back in."
    messages.info(request, said)
    return HttpResponseRedirect(back)
