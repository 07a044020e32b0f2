"""The table of examples: filtered, sorted, counted, taken along as a file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from curation.errors import BadInput
from curation.forms import ExampleFilterForm
from curation.models import Project
from curation.reporting import label_styles
from curation.services.access import Right
from curation.services.examples_table import Count, ExampleFilter, ExamplePage, count_of, page_of
from curation.services.examples_table.choices import choices_of
from curation.services.examples_table.exporting import FORMATS, exported
from curation.services.examples_table.searching import looks_inside
from curation.services.summaries import bring_up
from curation.views.doors import project_here
from curation.views.examples.wording import chips_of, counted, order_words
from curation.views.stages import rail_of


@login_required
@require_GET
def examples_page(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_here(request, slug, Right.SEE)
    after = request.GET.get("after", "")
    wish, wrong = ExampleFilter(), ""
    try:
        wish = ExampleFilter.from_query(request.GET.dict())
        page = page_of(project, wish, after=after)
    except BadInput as error:
        page, wrong = _empty(project), str(error)
    context = {
        **_asked(project, wish),
        "page": page,
        "wrong": wrong,
        "first": after,
        "next": wish.query(after=page.after) if page.after else "",
        "count": _known_count(page, first=not after),
        "rail": rail_of(project),
    }
    return render(request, "examples/table.html", context, status=400 if wrong else 200)


def _empty(project: Project) -> ExamplePage:
    return ExamplePage(rows=[], after="", looked_at=0, freshness=bring_up(project))


def _asked(project: Project, wish: ExampleFilter) -> dict[str, Any]:
    """The filter as the page shows it: as fields, as chips, as an address."""
    choices = choices_of(project)
    return {
        "project": project,
        "wish": wish,
        "query": wish.query(),
        "form": ExampleFilterForm(wish=wish, choices=choices),
        "annotators": choices.annotators,
        "styles": label_styles(choices.labels),
        "chips": chips_of(wish, choices),
        "order": order_words(wish),
        "inside": looks_inside(project),
        "table": reverse("examples", args=[project.slug]),
    }


def _known_count(page: ExamplePage, *, first: bool) -> str:
    """How many there are, where the page itself tells; "" where they must be counted."""
    return counted(Count(number=len(page.rows))) if first and not page.after else ""


@login_required
@require_GET
def examples_count(request: HttpRequest, slug: str) -> HttpResponse:
    """How many examples a filter means, in words; the page asks when it is there already."""
    project = project_here(request, slug, Right.SEE)
    try:
        count = count_of(project, ExampleFilter.from_query(request.GET.dict()))
    except BadInput as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    return HttpResponse(counted(count), content_type="text/plain; charset=utf-8")


@login_required
@require_GET
def examples_file(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """What a filter means as CSV or JSON lines, sent while it is read."""
    project = project_here(request, slug, Right.SEE)
    if form not in FORMATS:
        raise Http404(f"There is no file of examples in the form {form!r}.")
    try:
        lines = exported(project, ExampleFilter.from_query(request.GET.dict()), form=form)
    except BadInput as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    return StreamingHttpResponse(
        lines,
        content_type=FORMATS[form],
        headers={"Content-Disposition": f'attachment; filename="{slug}-examples.{form}"'},
    )
