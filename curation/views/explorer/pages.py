"""The explorer's page, the numbers that its slider asks for, and the texts next to the line."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from curation import jobs
from curation.datasets import Policy, PolicyError
from curation.datasets.policy import POSTERIOR
from curation.errors import BadInput, CurationError, NothingToDo
from curation.forms.policy import USUAL, PolicyForm, policy_query
from curation.models import Project
from curation.services.access import Right
from curation.services.agreement import is_simulated
from curation.services.exploring import (
    Found,
    find_evidence,
    known_evidence,
    measured_scores,
)
from curation.services.exploring.costs import price_of_vote, spent_on_texts
from curation.services.exploring.reading import read_margin
from curation.services.exploring.scores import KIND
from curation.services.report.examples import styles_of
from curation.views.doors import in_project
from curation.views.explorer.controls import USUAL_GAMMA, controls_of
from curation.views.explorer.panels import Picture, picture
from curation.views.explorer.scores import score_panel
from curation.views.jobs import job_lines
from curation.views.stages import rail_of

MOST_PAGES = 1_000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an address of the explorer asks for."""

    form: PolicyForm
    policy: Policy
    price: float | None  # of a vote
    wrong: str  # why it cannot be meant; "" where it can

    @property
    def query(self) -> str:
        """The address that asks for the same, in its shortest form."""
        query = policy_query(self.policy)
        return urlencode(query if self.price is None else query | {"price": f"{self.price:g}"})


def asked_by(request: HttpRequest, project: Project) -> Asked:
    form = PolicyForm(_completed(request.GET), project=project)
    wrong, price = "", None
    try:
        price = price_of_vote(request.GET.get("price", ""))
    except BadInput as error:
        wrong = str(error)
    if form.is_valid():
        return Asked(form=form, policy=form.policy(), price=price, wrong=wrong)
    wrong = wrong or _sentence(form)
    return Asked(form=form, policy=USUAL, price=price, wrong=wrong)


def _completed(query: QueryDict) -> QueryDict:
    """With the usual γ where a way with γ is asked for without one."""
    if query.get("way") != "global" or "threshold" in query:
        return query
    completed = query.copy()
    completed["threshold"] = str(USUAL_GAMMA)
    return completed


def _sentence(form: PolicyForm) -> str:
    name, errors = next(iter(form.errors.items()))
    label = "" if name == "__all__" else f"{form.fields[name].label}: "
    return f"{label}{errors[0]}"


@in_project(Right.SEE)
@require_GET
def explorer_page(request: HttpRequest, project: Project) -> HttpResponse:
    asked = asked_by(request, project)
    context: dict[str, Any] = {
        "project": project,
        "rail": rail_of(project, here="curate"),
        "styles": styles_of(project),
        "asked": asked,
        "simulated": is_simulated(project),
        "jobs": [line for line in job_lines(project) if line.job.kind == KIND and line.active],
    }
    try:
        found = find_evidence(project, aggregator=asked.policy.aggregator)
    except NothingToDo as error:
        return render(request, "explorer/empty.html", {**context, "nothing": str(error)})
    except CurationError as error:
        context["wrong"] = str(error)
        return render(request, "explorer/wrong.html", context, status=400)
    if asked.wrong:
        return render(request, "explorer/wrong.html", context, status=400)
    if found is None:
        return render(request, "explorer/waiting.html", context)
    try:
        context |= _whole(request, project, asked, found)
    except PolicyError as error:
        context["wrong"] = str(error)
        return render(request, "explorer/wrong.html", context, status=400)
    return render(request, "explorer/page.html", context)


def _whole(request: HttpRequest, project: Project, asked: Asked, found: Found) -> dict[str, Any]:
    changing = changing_part(project, asked, found)
    drawn: Picture = changing["picture"]
    page = _page(request)
    return {
        **changing,
        "found": found,
        "controls": controls_of(asked.form, asked.policy, found.evidence),
        "reading": read_margin(
            project, found.evidence, drawn.answer.selection, changing["styles"], page=page
        ),
    }


def changing_part(project: Project, asked: Asked, found: Found) -> dict[str, Any]:
    """All that changes when the slider moves."""
    styles, policy = styles_of(project), asked.policy
    scores = measured_scores(project, aggregator=policy.aggregator)
    panel = None if scores is None else score_panel(scores, policy)
    newest = project.dataset_versions.order_by("-number").values_list("number", flat=True).first()
    return {
        "project": project,
        "styles": styles,
        "asked": asked,
        "picture": picture(
            found.evidence,
            policy,
            styles,
            price=asked.price,
            texts=spent_on_texts(project),
            scores=scores,
        ),
        "scores": panel,
        "hidden": list(policy_query(policy).items()),
        "recommended_query": urlencode(panel.recommended) if panel else "",
        "command": curate_command(project, policy),
        "next_number": (newest or 0) + 1,
        "freeze_url": reverse("version_freeze", args=[project.slug]),
    }


def curate_command(project: Project, policy: Policy) -> str:
    """The command line that freezes the same."""
    parts = [f"manage.py curate {project.slug}"]
    parts += [f"--threshold {policy.threshold:g}"] if policy.threshold is not None else []
    parts += [f"--keep-share {policy.keep_share:g}"] if policy.keep_share is not None else []
    parts += [
        f"--label-threshold {shlex.quote(f'{name}={value:g}')}"
        for name, value in policy.label_thresholds
    ]
    parts += ["--keep-all"] if policy.keep_all else []
    if policy.measure == POSTERIOR:
        parts.append(f"--measure posterior --certainty {policy.certainty:g}")
    parts += [f"--balance {policy.balance}"] if policy.balance else []
    parts += ["--drop-mismatch"] if policy.drop_mismatch else []
    parts += [f"--min-votes {policy.min_votes}"] if policy.min_votes > 1 else []
    parts += [f"--aggregator {policy.aggregator}"] if policy.aggregator != "majority" else []
    return " ".join(parts)


@in_project(Right.SEE)
@require_GET
def explorer_numbers(request: HttpRequest, project: Project) -> HttpResponse:
    """What changes when the slider moves: numbers, and the page's parts as HTML.

    With `evidence`, the answer is from the evidence of that mark, as long as it is kept.
    """
    asked = asked_by(request, project)
    if asked.wrong:
        return JsonResponse({"error": asked.wrong}, status=400)
    try:
        found = _found(request, project, asked)
        if found is None:
            return JsonResponse({"error": "The evidence has to be laid out first."}, status=409)
        part = changing_part(project, asked, found)
    except (CurationError, PolicyError) as error:
        return JsonResponse({"error": str(error)}, status=400)
    drawn: Picture = part["picture"]
    return JsonResponse(
        {
            "query": asked.query,
            "kept": drawn.answer.n_kept,
            "judged": drawn.answer.n_judged,
            "labels": {
                style.name: int(drawn.answer.kept[style.position]) for style in part["styles"]
            },
            "finding": render_to_string("explorer/finding.html", part, request),
            "answer": render_to_string("explorer/answer.html", part, request),
        }
    )


def _found(request: HttpRequest, project: Project, asked: Asked) -> Found | None:
    aggregator, mark = asked.policy.aggregator, request.GET.get("evidence", "")
    known = known_evidence(project, aggregator=aggregator, mark=mark) if mark else None
    return known or find_evidence(project, aggregator=aggregator)


@in_project(Right.SEE)
@require_GET
def explorer_margin(request: HttpRequest, project: Project) -> HttpResponse:
    """The texts next to the line, by themselves."""
    asked = asked_by(request, project)
    if asked.wrong:
        return HttpResponse(asked.wrong, status=400, content_type="text/plain; charset=utf-8")
    try:
        found = _found(request, project, asked)
    except CurationError as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    if found is None:
        return HttpResponse(status=409)
    from curation.explorer.evidence_selection import select

    styles, selection = styles_of(project), select(found.evidence, asked.policy)
    reading = read_margin(project, found.evidence, selection, styles, page=_page(request))
    context = {"project": project, "asked": asked, "styles": styles, "reading": reading}
    return render(request, "explorer/margin.html", context)


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return max(1, min(MOST_PAGES, int(asked))) if asked.isdecimal() and len(asked) < 7 else 1


@in_project(Right.WORK)
@require_POST
def explorer_measure(request: HttpRequest, project: Project) -> HttpResponse:
    """Start measuring expected scores, unless that is under way."""
    form = PolicyForm(request.POST, project=project)
    policy = form.policy() if form.is_valid() else USUAL
    jobs.start_unless_busy(KIND, project, {"aggregator": policy.aggregator})
    response = redirect("explorer", project.slug)
    response["Location"] += f"?{urlencode(policy_query(policy))}"
    return response
