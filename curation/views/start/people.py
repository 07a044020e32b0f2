"""Step 4: where people judge, and how many of them each text."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from curation.errors import CurationError
from curation.forms.start import PeopleForm
from curation.models import FirstSteps, Project
from curation.services.access import Right
from curation.services.first_steps.people import judge_in_label_studio, judge_on_page
from curation.services.first_steps.standing import first_steps
from curation.services.fronts import named_address, own_credentials
from curation.views.doors import in_project
from curation.views.start.frame import frame_of


@sensitive_post_parameters("token")
@in_project(Right.WORK, changing=Right.MANAGE)
@require_http_methods(["GET", "POST"])
def start_people(request: HttpRequest, project: Project) -> HttpResponse:
    if request.method == "GET":
        return _page(request, project, PeopleForm(here=_here(), initial=_initial(project)))
    form = PeopleForm(request.POST, here=_here())
    if form.is_valid():
        try:
            messages.success(request, _choose(request, project, form))
        except CurationError as error:
            form.add_error(None, str(error))
        else:
            return redirect("start_first", project.slug)
    return _page(request, project, form)


def _initial(project: Project) -> dict[str, object]:
    said = first_steps(project)
    front = said.front or FirstSteps.Front.PAGE
    return {"front": front, "overlap": project.overlap, "url": said.server or _here()}


def _here() -> str:
    """The Label Studio that this installation runs or names; "" where there is none."""
    own = own_credentials()
    return named_address(None) or (own.url if own else "")


def _choose(request: HttpRequest, project: Project, form: PeopleForm) -> str:
    """Do what was chosen; a sentence that says it."""
    said = form.cleaned_data
    if said["front"] == FirstSteps.Front.PAGE:
        judge_on_page(project, overlap=said["overlap"])
        return "People will judge on Concord’s own page."
    url = "" if said["url"] == _here() and not said["token"] else said["url"]
    info = judge_in_label_studio(
        project,
        overlap=said["overlap"],
        url=url,
        token=said["token"],
        by=request.user.get_username(),
    )
    return f"Label Studio {info.version} answers, as {info.user}; people will judge there."


def _page(request: HttpRequest, project: Project, form: PeopleForm) -> HttpResponse:
    context = {**frame_of(project, "people"), "form": form, "here": _here()}
    return render(request, "start/people.html", context, status=400 if form.errors else 200)
