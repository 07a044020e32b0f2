"""First steps that ask a language model: who writes, and the first texts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from curation import jobs
from curation.errors import BadInput, CurationError
from curation.models import FirstSteps, Project
from curation.services.access import Right
from curation.services.first_steps.people import begin_on_page
from curation.services.first_steps.standing import end, first_steps
from curation.services.report.counts import texts_to_judge
from curation.views.doors import in_project
from curation.views.start.frame import frame_of
from generation.forms.start import FIRST_COUNT, FirstForm, WriterForm
from generation.services.showing.first import first_texts, usual_cap
from generation.services.showing.looking import checked_plan, key_variable, look, usual_address
from generation.services.trying import (
    SECONDS,
    choose_writer,
    chosen_writer,
    first_wish,
    next_seed,
    try_writer,
)

SERVERS = (
    ("https://api.openai.com/v1", "OpenAI"),
    ("https://openrouter.ai/api/v1", "OpenRouter"),
    ("https://api.mistral.ai/v1", "Mistral"),
    ("https://api.groq.com/openai/v1", "Groq"),
    ("http://127.0.0.1:11434/v1", "Ollama on this machine"),
    ("http://127.0.0.1:8000/v1", "vLLM on this machine"),
    ("http://127.0.0.1:8080/v1", "llama.cpp on this machine"),
)


@sensitive_post_parameters("key")
@in_project(Right.WORK, changing=Right.MANAGE)
@require_http_methods(["GET", "POST"])
def start_model(request: HttpRequest, project: Project) -> HttpResponse:
    """Choose the model; with do=try it is asked once first."""
    if request.method == "GET":
        return _model_page(request, project, WriterForm(initial=_initial(project)))
    form = WriterForm(request.POST)
    if form.is_valid():
        trying = request.POST.get("do") == "try"
        try:
            _choose(request, project, form, trying=trying)
        except CurationError as error:
            form.add_error(None, str(error))
        else:
            return redirect("start_model" if trying else "start_people", project.slug)
    return _model_page(request, project, form)


def _choose(request: HttpRequest, project: Project, form: WriterForm, *, trying: bool) -> None:
    by, key = request.user.get_username(), form.cleaned_data["key"].strip()
    if not trying:
        choose_writer(project, form.writer(), key=key, by=by)
        return
    mark = f"trying:{project.pk}"  # a form sent twice is paid for once
    if not caches["shared"].add(mark, "1", timeout=SECONDS):
        raise BadInput("A trial is on its way already; wait for its answer.")
    try:
        try_writer(project, form.writer(), key=key, by=by)
    finally:
        caches["shared"].delete(mark)


def _initial(project: Project) -> dict[str, Any]:
    known = chosen_writer(project)
    sent, written = known.get("price") or (None, None)
    usual = {"base_url": usual_address(), "currency": "USD"}
    return {**usual, **known, "price_sent": sent, "price_written": written}


def _model_page(request: HttpRequest, project: Project, form: WriterForm) -> HttpResponse:
    said = first_steps(project)
    kept = project.secrets.filter(kind="llm_key").values_list("address", flat=True)
    context = {
        **frame_of(project, "model"),
        "form": form,
        "chosen": bool(said.writer),
        "tried": said.tried,
        "servers": SERVERS,
        "own": settings.CONCORD_ENDPOINTS.loopback,
        "variable": key_variable(),
        "kept": list(kept),
        "pool": texts_to_judge(project),
    }
    return render(request, "start/model.html", context, status=400 if form.errors else 200)


@in_project(Right.WORK)
@require_http_methods(["GET", "POST"])
def start_first(request: HttpRequest, project: Project) -> HttpResponse:
    """The plan with its cost; a POST starts the job."""
    if request.method == "GET":
        return _first_page(request, project)
    if request.POST.get("do") == "reckon":
        count = urlencode({"count": request.POST.get("count", "")})
        return redirect(f"{reverse('start_first', args=[project.slug])}?{count}")
    form = FirstForm(request.POST)
    sentence = "The number of texts or the amount cannot be meant; nothing was started."
    if form.is_valid():
        try:
            _start(project, form)
        except CurationError as error:
            sentence = str(error)
        else:
            return redirect("start_first", project.slug)
    return _first_page(request, project, form, wrong=sentence)


def _start(project: Project, form: FirstForm) -> None:
    writer = chosen_writer(project)
    if not writer:
        raise BadInput("No language model is chosen yet; choose one in step 3 first.")
    said = form.cleaned_data
    wish = first_wish(writer, count=said["count"], cap=form.cap_said(), seed=said["seed"] or 0)
    checked_plan(project, wish)
    jobs.start_once("generate", project, wish)


def _first_page(
    request: HttpRequest, project: Project, form: FirstForm | None = None, *, wrong: str = ""
) -> HttpResponse:
    context = {
        **frame_of(project, "first"),
        **_plan(project, _count(request)),
        "first": first_texts(project),
        "wrong": wrong,
    }
    if form is not None:
        context["form"] = form
    return render(request, "start/first.html", context, status=400 if wrong else 200)


def _count(request: HttpRequest) -> int:
    """The number of texts in the address, else as many as usual."""
    asked = FirstForm(request.GET)
    return asked.cleaned_data["count"] if asked.is_valid() else FIRST_COUNT


def _plan(project: Project, count: int) -> dict[str, Any]:
    """What `count` texts would take, and the form that starts them."""
    writer = chosen_writer(project)
    seed = next_seed(project)
    form = FirstForm(initial={"count": count, "seed": seed})
    if not writer:
        return {"writer": {}, "form": form}
    wish = first_wish(writer, count=count)
    try:
        cap = usual_cap(checked_plan(project, wish))
        plan = look(project, wish)
    except CurationError as error:
        return {"writer": writer, "form": form, "no_plan": str(error)}
    form = FirstForm(initial={"count": count, "seed": seed, "cap": cap or None})
    return {"writer": writer, "form": form, "plan": plan, "payable": bool(cap), "count": count}


@in_project(Right.WORK)
@require_GET
def start_first_now(request: HttpRequest, project: Project) -> HttpResponse:
    """The part of the page that changes while texts are written or sent."""
    context = {"project": project, "first": first_texts(project)}
    return render(request, "start/now.html", context)


@in_project(Right.WORK)
@require_POST
def start_judging(request: HttpRequest, project: Project) -> HttpResponse:
    """Put the texts before people, where the step before says; on our own page, go there."""
    said = first_steps(project)
    try:
        if said.front == FirstSteps.Front.LABEL_STUDIO:
            jobs.start_once("push", project, {"url": said.server})
            end(project)
            return redirect("start_first", project.slug)
        target = begin_on_page(project)
    except CurationError as error:
        messages.error(request, str(error))
        return redirect("start_first", project.slug)
    return redirect("annotate_as_member", target.key)
