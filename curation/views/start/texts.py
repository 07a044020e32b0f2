"""Step 2, and the way in for texts that are there already: a file, seen before it is stored."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from curation.errors import CurationError
from curation.forms.start import (
    LEFT_OUT,
    ColumnsForm,
    UploadForm,
    choice_in,
    columns_in,
    values_shown,
)
from curation.models import Example, Project
from curation.reporting import wording
from curation.services.access import Right
from curation.services.first_steps.standing import first_steps, note
from curation.services.first_steps.uploads import (
    Looked,
    import_upload,
    keep_upload,
    look_at_upload,
)
from curation.services.importing import Imported
from curation.views.doors import in_project
from curation.views.start.frame import frame_of

STEP_OF = {Example.Split.TEST.value: "data", Example.Split.POOL.value: "model"}
PAGE_OF = {Example.Split.TEST.value: "start_data", Example.Split.POOL.value: "start_texts"}
PLACES = {Example.Split.TEST.value: "in the test set", Example.Split.POOL.value: "to be judged"}
SHOWN = 5  # rows of the preview


@in_project(Right.WORK)
@require_http_methods(["GET", "POST"])
def start_texts(request: HttpRequest, project: Project, split: str) -> HttpResponse:
    """What is there of this split, and a form for a file."""
    if request.method == "GET":
        return _page(request, project, split, UploadForm())
    if request.POST.get("do") == "without":
        note(project, without_test=True)
        return redirect("start_model", project.slug)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            key = keep_upload(project, file.name, file.chunks())
        except CurationError as error:
            form.add_error("file", str(error))
        else:
            return redirect(f"{PAGE_OF[split]}_file", project.slug, key)
    return _page(request, project, split, form)


@in_project(Right.WORK)
@require_http_methods(["GET", "POST"])
def start_file(request: HttpRequest, project: Project, split: str, key: str) -> HttpResponse:
    """What is in the file; a POST stores its texts."""
    query = request.GET if request.method == "GET" else request.POST
    try:
        looked = look_at_upload(project, key, columns_in(query))
    except CurationError as error:
        messages.error(request, str(error))
        return redirect(PAGE_OF[split], project.slug)
    wrong = ""
    if request.method == "POST":
        try:
            choice = choice_in(request.POST, looked, project.label_names())
            imported = import_upload(project, key, choice, split=split)
        except CurationError as error:
            wrong = str(error)
        else:
            messages.success(request, _told(imported, split))
            return redirect(PAGE_OF[split], project.slug)
    return _file_page(request, project, split, looked, wrong=wrong)


def _file_page(
    request: HttpRequest, project: Project, split: str, looked: Looked, *, wrong: str
) -> HttpResponse:
    columns = looked.sample.columns
    context = {
        **frame_of(project, STEP_OF[split]),
        "split": split,
        "place": PLACES[split],
        "looked": looked,
        "columns": ColumnsForm(looked),
        "rows": [[row[name] for name in columns] for row in looked.sample.rows[:SHOWN]],
        "values": values_shown(project, looked, request.POST),
        "labels": project.labels.order_by("position"),
        "left_out": LEFT_OUT,
        "skip": "skip_bad" in request.POST,
        "wrong": wrong,
    }
    return render(request, "start/file.html", context, status=400 if wrong else 200)


def _told(imported: Imported, split: str) -> str:
    said = f"{wording.plural(imported.added, 'text')} {PLACES[split]}."
    if imported.unchanged:
        said += f" {imported.unchanged:,} more were there already."
    if imported.skipped:
        said += f" {wording.plural(len(imported.skipped), 'row')} left out: {imported.skipped[0]}"
        said += "; and so on." if len(imported.skipped) > 1 else "."
    return said


def _page(request: HttpRequest, project: Project, split: str, form: UploadForm) -> HttpResponse:
    context: dict[str, Any] = {
        **frame_of(project, STEP_OF[split]),
        "split": split,
        "form": form,
        "known": project.examples.filter(split=split).count(),
        "counts": _by_label(project, split),
        "without": first_steps(project).without_test,
    }
    return render(request, "start/texts.html", context, status=400 if form.errors else 200)


def _by_label(project: Project, split: str) -> list[tuple[str, int]]:
    """Each label with its texts of known label, zero where it has none."""
    texts = project.examples.filter(split=split, gold_label__isnull=False).order_by()
    counts = dict(texts.values_list("gold_label").annotate(n=Count("pk")))
    labels = project.labels.order_by("position")
    return [(label.title, counts.get(label.pk, 0)) for label in labels]
