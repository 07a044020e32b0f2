"""The pages of the Generate step in a real browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from curation.models import Job, Project
from generation.models import Attribute, Call, GenerationRun
from tests.factories import make_project
from tests.generation.pages.asking import HOME, make_call, make_draft, make_run

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

LONG = "averylongwordwithoutanyspaceinit" * 8
PATHS = ["", "runs/1/", "runs/1/drafts/", "runs/1/mismatches/", "attributes/", "mismatches/"]


@pytest.fixture
def project() -> Project:
    cache.clear()
    return make_project("jokes", labels=("joke", "news"))


@pytest.fixture
def run(project: Project) -> GenerationRun:
    """A run that a job works on, with texts of every kind."""
    Attribute.objects.create(project=project, name="topic", values=["tea", LONG[:200]])
    run = make_run(
        project,
        status="running",
        method="topic",
        model=LONG[:150],
        started_at=timezone.now() - timedelta(minutes=1),
        params={"identity": "", "label_last": "labelling-1", "context": LONG},
        cap=2 * 10**9,
        spent=10**8,
    )
    Job.objects.create(project=project, kind="generate", params=run.wish, state="running")
    call = make_call(run, cell={"topic": LONG[:200]}, answer=LONG)
    news = project.labels.get(name="news")
    labels: dict[str, Any] = {"labelled_by": call, "assigned_label": news}
    make_draft(call, "A good text.", **labels)
    make_draft(call, LONG, "label_mismatch", detail=LONG[:150], **labels)
    make_draft(call, "Too near.", "near_leakage")
    return run


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", [*PATHS, "call"])
def test_nothing_spills_over_the_edge_and_nothing_is_blocked(
    run: GenerationRun, open_page: Any, path: str, width: int, scheme: str
) -> None:
    if path == "call":
        path = f"calls/{Call.objects.get().pk}/"
    page = open_page(f"{HOME}{path}", width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.problems == []


def test_texts_appear_without_a_hand_and_the_page_rests_at_the_end(
    run: GenerationRun, open_page: Any
) -> None:
    page = open_page(f"{HOME}runs/1/")
    page.wait_for_selector("text=A good text.")

    page.focus("#do-pause")
    make_draft(make_call(run), "A text that came later.")
    page.wait_for_selector("text=A text that came later.")
    assert page.evaluate("document.activeElement.id") == "do-pause"

    Job.objects.update(state=Job.State.SUCCESSFUL)
    GenerationRun.objects.update(status="successful", finished_at=timezone.now())
    page.wait_for_selector("[data-active]", state="detached")

    assert page.locator("#do-pause").count() == 0
    assert "of 100 texts accepted" in page.inner_text("[data-announce]")


def test_a_waiting_page_goes_on_to_its_run(project: Project, open_page: Any) -> None:
    job = Job.objects.create(project=project, kind="generate", params={"count": 9, "seed": 4})
    page = open_page(f"{HOME}started/{job.pk}/")
    page.wait_for_selector("text=The job waits for a worker.")

    make_run(project, 3, wish=job.params, status="running", started_at=timezone.now())
    Job.objects.update(state=Job.State.RUNNING)

    page.wait_for_url(f"**{HOME}runs/3/")


@pytest.mark.parametrize("scripts", [True, False])
def test_looking_and_starting_work_with_and_without_scripts(
    project: Project, open_page: Any, django_user_model: Any, scripts: bool
) -> None:
    page = open_page(HOME, java_script_enabled=scripts)
    page.fill("#id_model", "tiny")
    page.fill("#id_base_url", "http://127.0.0.1:9/v1")
    page.fill("#id_count", "60")

    page.click("text=Look first")
    page.wait_for_selector("text=What would be asked")
    assert page.input_value("#id_count") == "60"
    assert not Job.objects.exists()

    page.click("text=Start")
    page.wait_for_selector("text=The job waits for a worker.")
    assert Job.objects.get().params["count"] == 60


def test_a_wrong_wish_is_said_where_the_eye_is(project: Project, open_page: Any) -> None:
    page = open_page(HOME)
    page.check("input[value=topic]")
    page.fill("#id_model", "tiny")
    page.fill("#id_base_url", "http://127.0.0.1:9/v1")

    page.click("text=Start")
    page.wait_for_selector("[role=alert]")

    page.wait_for_selector("[role=alert]:focus")  # no polling script: the page forbids eval
    assert "no values for 'topic'" in page.inner_text("[role=alert]")
    assert page.input_value("#id_model") == "tiny"


def test_the_form_can_be_filled_in_without_a_mouse(project: Project, open_page: Any) -> None:
    page = open_page(HOME)
    reached = set()

    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.value"))

    wanted = {"id_method_0", "id_provider", "id_model", "id_base_url", "id_count", "id_seed"}
    assert wanted | {"look", "start"} <= reached
