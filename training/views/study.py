"""One study: how far it is, its report, and the report's files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from curation.services.access import Right
from curation.views.doors import in_study
from training.forms import plan_as_file
from training.models import Study
from training.services.showing.files import report_file
from training.services.showing.plans import arm_words
from training.services.showing.prose import blocks
from training.services.showing.report import report_of, report_shown
from training.services.showing.study_list import made_of
from training.services.showing.study_now import study_now
from training.services.studies import plan_of


@in_study(Study.objects.all(), Right.SEE)
@require_GET
def study_page(request: HttpRequest, study: Study) -> HttpResponse:
    report = report_of(study)
    plan, now = plan_of(study), study_now(study)
    context: dict[str, Any] = {
        "study": study,
        "plan": plan,
        "made_of": made_of(study),
        "projects": list(study.projects.order_by("slug")),
        "arms": arm_words(plan),
        "asks": blocks(plan.text if report is None else report["text"]),
        "plan_file": plan_as_file(plan),
        "now": now,
        "shown": None if report is None or now.active else report_shown(study, report),
        "old_report": study.report is not None and report is None,
        "command": f"python manage.py study run {study.slug}",
    }
    return render(request, "training/study.html", context)


@in_study(Study.objects.all(), Right.SEE)
@require_GET
def study_file(request: HttpRequest, study: Study, name: str) -> HttpResponse:
    report = report_of(study)
    file = None if report is None else report_file(report, name)
    if file is None:
        raise Http404(f"Study {study.slug!r} has no file {name!r}.")
    answer = HttpResponse(file.content, content_type=file.kind)
    answer["Content-Disposition"] = f'attachment; filename="{study.slug}-{file.name}"'
    return answer
