"""The map of a project's texts, and what its script asks for: points, colours, texts."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from curation import jobs
from curation.errors import BadInput, CurationError, NothingToDo
from curation.models import Project
from curation.services.access import Right
from curation.services.corpus_map import COLOURINGS, CorpusMap, codes_of, find_map, legend_of
from curation.services.corpus_map.drawing import FEWEST, MOST
from curation.services.corpus_map.finding import COUNTED
from curation.services.examples_table import rows_of
from curation.services.examples_table.acting import AT_ONCE
from curation.services.report.examples import styles_of
from curation.services.summaries import bring_up
from curation.views.doors import in_project
from curation.views.jobs import job_lines
from curation.views.stages import rail_of

JOB = "map"
READ = 20  # texts that are read together
USUAL = "agreement"
BINARY = "application/octet-stream"


@in_project(Right.SEE)
@require_GET
def map_page(request: HttpRequest, project: Project) -> HttpResponse:
    """The page; `?by=` names what colours say."""
    by = request.GET.get("by", USUAL)
    by = by if by in COLOURINGS else USUAL
    found = find_map(project)
    context: dict[str, Any] = {
        "project": project,
        "rail": rail_of(project),
        "by": by,
        "map": found,
        "jobs": [line for line in job_lines(project) if line.job.kind == JOB and line.active],
        "enough": project.examples.order_by()[:FEWEST].count() >= FEWEST,
        "fewest": FEWEST,
        "most": MOST,
        "counted": COUNTED,
    }
    if found is not None:
        styles = styles_of(project)
        context |= {
            "legends": [(name, says, legend_of(name, styles)) for name, says in COLOURINGS.items()],
            "styles": styles,
            "freshness": bring_up(project),
            "at_once": AT_ONCE,
            "read": READ,
        }
    return render(request, "map/page.html", context)


@in_project(Right.WORK)
@require_POST
def map_draw(request: HttpRequest, project: Project) -> HttpResponse:
    """Draw it anew in the background; a second click is not a second job."""
    jobs.start_unless_busy(JOB, project)
    return redirect("map", project.slug)


@in_project(Right.SEE)
@require_GET
def map_points(request: HttpRequest, project: Project) -> HttpResponse:
    """Every point, as typed arrays: N (uint32, eight bytes), keys (float64), x, y (uint16), group.

    Little-endian. `?map=` names the map, whose points never change, so browsers keep them.
    """
    try:
        points = _named(request, project).points
    except NothingToDo as error:
        return _wrong(error, status=409)
    content = b"".join(
        [
            np.array([len(points.keys), 0], dtype="<u4").tobytes(),
            points.keys.astype("<f8").tobytes(),  # exact up to 2^53
            points.x.astype("<u2").tobytes(),
            points.y.astype("<u2").tobytes(),
            points.group.tobytes(),
        ]
    )
    kept = {"Cache-Control": "private, max-age=86400, immutable"}
    return HttpResponse(content, content_type=BINARY, headers=kept)


@in_project(Right.SEE)
@require_GET
def map_colours(request: HttpRequest, project: Project) -> HttpResponse:
    """One byte for each point: the code of the legend `?by=`."""
    bring_up(project)
    try:
        keys = _named(request, project).points.keys
        codes = codes_of(project, request.GET.get("by", USUAL), keys)
    except NothingToDo as error:
        return _wrong(error, status=409)
    except BadInput as error:
        return _wrong(error)
    fresh = {"Cache-Control": "no-store"}
    return HttpResponse(codes.tobytes(), content_type=BINARY, headers=fresh)


@in_project(Right.SEE)
@require_GET
def map_texts(request: HttpRequest, project: Project) -> HttpResponse:
    """The texts with these keys and their votes, `READ` at most: `?keys=1,2`."""
    try:
        keys = _keys(request.GET.get("keys", ""))
    except BadInput as error:
        return _wrong(error)
    context = {"project": project, "rows": rows_of(project, keys)}
    return render(request, "map/texts.html", context)


def _named(request: HttpRequest, project: Project) -> CorpusMap:
    found = find_map(project)
    if found is None:
        raise NothingToDo("The map was never drawn; open its page to draw it.")
    if request.GET.get("map", "") not in {"", found.stamp}:
        raise Http404("That map is not there any more; open the page again.")
    return found


def _keys(said: str) -> list[int]:
    keys = [key for key in said.split(",") if key]
    good = [int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) < 19]
    if not 1 <= len(good) <= READ or len(good) < len(keys):
        raise BadInput(f"Ask for 1 to {READ} texts by their keys, such as keys=1,2.")
    return good


def _wrong(error: CurationError, *, status: int = 400) -> HttpResponse:
    return HttpResponse(str(error), status=status, content_type="text/plain; charset=utf-8")
