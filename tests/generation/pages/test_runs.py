from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from curation.models import Job, Project
from generation.models import Call, GenerationRun
from generation.services.showing.drafts import styles_by_key
from generation.services.showing.running import run_now
from tests.generation.pages.asking import HOME, make_call, make_draft, make_run, page_of
from tests.generation.wishes import replay

pytestmark = pytest.mark.django_db


def running(project: Project, *, state: str = "running", **fields: Any) -> GenerationRun:
    """A run that a job works on."""
    started = timezone.now() - timedelta(seconds=60)
    usual: dict[str, Any] = {"status": "running", "started_at": started}
    run = make_run(project, **usual | fields)
    Job.objects.create(project=project, kind="generate", params=run.wish, state=state)
    return run


def test_the_page_says_how_far_how_long_and_how_dear(reader: Client, project: Project) -> None:
    run = running(project, cap=2 * 10**9, spent=13 * 10**7)
    call = make_call(run)
    for number in range(10):
        make_draft(call, f"text {number}")

    page = page_of(reader, "runs/1/")

    assert "10 of 100 texts accepted, about 9 minutes left, 0.13 USD so far" in page
    assert "of a cap of 2.00 USD" in page
    assert "0.013 USD" in page  # for each accepted text


def test_each_label_has_its_own_progress(reader: Client, project: Project) -> None:
    run = running(project)
    for label, n in (("joke", 3), ("news", 1)):
        call = make_call(run, label)
        for number in range(n):
            make_draft(call, f"{label} {number}")

    page = page_of(reader, "runs/1/now/")

    assert "3 of 50" in page
    assert "1 of 50" in page


def test_calls_are_counted_by_what_became_of_them(reader: Client, project: Project) -> None:
    run = running(project)
    make_call(run)
    make_call(run, cached=True)
    for status in ("sent", "refused", "lost"):
        make_call(run, status=status)

    page = page_of(reader, "runs/1/now/").split("Calls</h2>")[1].split("</dl>")[0]

    for words in ("answered", "reused", "on their way", "refused", "lost"):
        assert page.count(f"<dt>{words}") == 1


def test_rejections_are_told_in_words_and_lead_to_the_texts(
    reader: Client, project: Project
) -> None:
    call = make_call(running(project))
    make_draft(call, "One.", "too_short", detail="1 word")
    make_draft(call, "A fine text.")

    page = page_of(reader, "runs/1/")

    assert 'href="/projects/jokes/generation/runs/1/drafts/?reason=too_short">Too short</a>' in page
    assert "too short: 1 word" in page
    assert "A fine text." in page


def test_a_text_too_near_to_a_test_text_is_not_shown(reader: Client, project: Project) -> None:
    make_draft(make_call(running(project)), "The secret test text.", "near_leakage")

    for path in ("runs/1/", "runs/1/now/", "runs/1/drafts/"):
        page = page_of(reader, path)
        assert "almost equal to a test or training text" in page
        assert "The secret test text." not in page


@pytest.mark.parametrize(
    ("fields", "buttons"),
    [
        ({"status": "running"}, ["pause", "cancel"]),
        ({"status": "running", "pause_requested": True}, ["cancel"]),
        ({"status": "ready", "state": "ready"}, ["cancel"]),
    ],
)
def test_a_run_in_a_job_can_be_paused_and_cancelled(
    reader: Client, project: Project, fields: dict[str, Any], buttons: list[str]
) -> None:
    running(project, **fields)

    page = page_of(reader, "runs/1/now/")

    assert [name for name in ("pause", "resume", "cancel") if f'id="do-{name}"' in page] == buttons
    assert "data-active" in page


@pytest.mark.parametrize("status", ["paused", "failed", "cancelled", "ready"])
def test_a_run_that_stopped_can_be_resumed(reader: Client, project: Project, status: str) -> None:
    run = make_run(project, status=status)

    assert 'id="do-resume"' in page_of(reader, "runs/1/")
    reader.post(f"{HOME}runs/1/resume/")

    assert Job.objects.get().params == run.wish


def test_a_run_in_a_terminal_says_so(reader: Client, project: Project) -> None:
    make_run(project, status="running", started_at=timezone.now())

    page = page_of(reader, "runs/1/")
    said = reader.post(f"{HOME}runs/1/cancel/", follow=True).content.decode()

    assert "It runs in a terminal; press Ctrl+C there" in page
    assert 'id="do-pause"' in page
    assert 'id="do-cancel"' not in page
    assert "press Ctrl+C there" in said


def test_a_list_that_is_being_written_is_not_said_to_run_in_a_terminal(
    reader: Client, project: Project
) -> None:
    make_run(project, method="attribute_values", status="running", target=0, wish={})

    page = page_of(reader, "runs/1/")

    assert "A list is being written." in page
    assert "Ctrl+C" not in page
    assert 'id="do-pause"' not in page


def test_a_cap_of_nothing_is_a_cap(reader: Client, project: Project) -> None:
    make_run(project, status="paused", cap=0)

    assert ("cap", "0 USD") in run_now(GenerationRun.objects.get(), styles_by_key(project)).money


def test_a_run_whose_process_was_killed_can_be_taken_up(reader: Client, project: Project) -> None:
    make_run(project, status="running", started_at=timezone.now() - timedelta(hours=1))

    page = page_of(reader, "runs/1/")

    assert "its process was probably killed" in page
    assert 'id="do-resume"' in page
    assert "data-active" not in page


def test_pausing_and_cancelling_ask_the_run_to_stop(reader: Client, project: Project) -> None:
    run = running(project)

    reader.post(f"{HOME}runs/1/pause/")
    reader.post(f"{HOME}runs/1/cancel/")

    run.refresh_from_db()
    assert run.pause_requested
    assert Job.objects.get().cancel_requested


@pytest.mark.parametrize("action", ["pause", "resume"])
def test_what_cannot_be_done_gets_a_sentence(reader: Client, project: Project, action: str) -> None:
    make_run(project, status="successful")

    page = reader.post(f"{HOME}runs/1/{action}/", follow=True).content.decode()

    assert "Run 1 is" in page
    assert reader.post(f"{HOME}runs/1/explode/").status_code == 404
    assert reader.get(f"{HOME}runs/1/{action}/").status_code == 405


def test_a_run_is_found_in_its_own_project_only(reader: Client, project: Project) -> None:
    make_run(project)

    assert reader.get("/projects/other/generation/runs/1/").status_code == 404
    page_of(reader, "runs/2/", status=404)
    page_of(reader, f"runs/{10**30}/", status=404)


def test_a_finished_run_says_what_a_text_has_cost(
    reader: Client, project: Project, recording: Path
) -> None:
    replay(project, recording, 20)

    page = page_of(reader, "runs/1/")

    assert "20 of 20 texts accepted in" in page
    assert "data-active" not in page
    assert "Nothing was rejected so far." in page


def test_a_shortfall_is_told(reader: Client, project: Project) -> None:
    make_run(project, status="successful", error="Only 3 of 9 examples could be had.")

    page = page_of(reader, "runs/1/")

    assert "Only 3 of 9 examples could be had." in page
    assert "done, fewer than asked for" in page


@pytest.mark.usefixtures("few_answers")
@pytest.mark.parametrize("path", ["", "runs/1/", "runs/1/drafts/", "mismatches/"])
def test_a_page_takes_few_queries_however_many_texts_there_are(
    reader: Client,
    project: Project,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    path: str,
) -> None:
    run = running(project, params={"identity": "", "label_last": "labelling-1"})
    for number in range(12):
        call = make_call(run, ("joke", "news")[number % 2])
        make_draft(call, f"good {number}")
        make_draft(call, f"bad {number}", "duplicate")

    with django_assert_max_num_queries(27):
        page_of(reader, path)


def test_the_changing_part_takes_no_query_for_each_call(
    reader: Client, project: Project, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    run = running(project)
    for _ in range(50):
        make_draft(make_call(run), "text")

    with django_assert_max_num_queries(11):
        page_of(reader, "runs/1/now/")


def test_the_page_of_a_list_shows_its_call_and_no_texts(reader: Client, project: Project) -> None:
    run = make_run(project, method="attribute_values", target=0, status="successful", wish={})
    Call.objects.create(run=run, kind="values", conversation=0, turn=0, messages=[])

    assert "Why texts were rejected" not in page_of(reader, "runs/1/")
    assert "–" in page_of(reader)
