"""Answers to exactly the same request serve again, for nothing; lost ones are never counted on."""

from __future__ import annotations

import pytest

from curation.errors import JobCancelled
from curation.models import Project
from curation.progress import Progress
from generation.models import Call, GenerationRun
from generation.scheduling.gate import Limits
from generation.screening.checks import Checks
from generation.services import run_summary
from tests.factories import make_project
from tests.generation.limited_server import LimitedServer
from tests.generation.recount import check
from tests.generation.wishes import PRICE, billed, texts_of, write

ONE = Limits(parallel=1)


def stop_at(n: int) -> Progress:
    """Somebody cancels as soon as so many examples are there."""

    def progress(done: int, total: int, note: str = "") -> None:
        if done >= n:
            raise JobCancelled

    return progress


def twin_of(project: Project) -> Project:
    """Another project of which prompts say the same."""
    twin = make_project("twin", labels=project.label_names())
    twin.title = project.title
    twin.save(update_fields=["title"])
    return twin


def leave_open(run: GenerationRun, *, reserved: int = 500, doubtful: int = 200) -> Call:
    """A call that was under way when its process was killed."""
    return Call.objects.create(
        run=run,
        label=run.project.labels.earliest("position"),
        conversation=90,
        turn=0,
        status=Call.Status.SENT,
        messages=[],
        reserved=reserved,
        doubtful=doubtful,
    )


def test_the_same_wish_in_another_project_is_answered_without_a_request(
    project: Project, server: LimitedServer
) -> None:
    first = write(project, server, count=60, limits=ONE)
    asked, twin = server.stats()["seen"], twin_of(project)

    run = write(twin, server, count=60, limits=ONE)

    assert server.stats()["seen"] == asked == first.calls.count()
    assert (run.status, run.accepted, run.spent) == ("successful", 60, 0)
    assert run_summary(run)["calls_reused"] == run.calls.count()
    assert (run.prompt_tokens, run.completion_tokens) == (0, 0)
    assert texts_of(twin, "joke") == texts_of(project, "joke")
    check(run)


def test_answers_that_are_there_need_no_money(project: Project, server: LimitedServer) -> None:
    write(project, server, count=60, limits=ONE)
    asked = server.stats()["seen"]

    run = write(twin_of(project), server, count=60, limits=ONE, cap=1)

    assert (run.status, run.accepted, run.spent) == ("successful", 60, 0)
    assert server.stats()["seen"] == asked


def test_another_screening_of_the_same_wish_asks_for_other_texts(
    project: Project, server: LimitedServer
) -> None:
    write(project, server, count=40, limits=ONE)

    run = write(project, server, count=40, limits=ONE, checks=Checks(personal=False))

    assert (run.number, run.status, run.accepted, run.rejected) == (2, "successful", 40, 0)
    assert not run.calls.filter(cached=True).exists()


def test_answers_are_not_used_again_where_that_is_not_wanted(
    project: Project, server: LimitedServer
) -> None:
    first = write(project, server, count=20, limits=ONE)

    run = write(twin_of(project), server, count=20, limits=ONE, reuse=False)

    assert server.stats()["seen"] == 2 * first.calls.count()
    assert run.spent == first.spent
    assert not run.calls.filter(cached=True).exists()


@pytest.mark.parametrize("other", [{"seed": 1}, {"model": "small"}])
def test_another_request_is_asked_anew(
    project: Project, server: LimitedServer, other: dict[str, object]
) -> None:
    write(project, server, count=20, limits=ONE)

    run = write(twin_of(project), server, count=20, limits=ONE, **other)

    assert not run.calls.filter(cached=True).exists()
    assert server.stats()["answered_twice"] == 0


def test_a_longer_wish_uses_what_is_there_and_asks_for_the_rest(
    project: Project, server: LimitedServer
) -> None:
    write(project, server, count=40, limits=ONE)
    before = billed(server)

    run = write(twin_of(project), server, count=80, limits=ONE)

    assert run.accepted == 80
    assert run.calls.filter(cached=True).count() == 4
    assert run.spent == billed(server) - before > 0
    check(run)


def test_calls_of_a_dead_process_are_lost_paid_for_and_not_asked_again(
    project: Project, server: LimitedServer
) -> None:
    with pytest.raises(JobCancelled):
        write(project, server, count=60, progress=stop_at(20), limits=ONE)
    run = GenerationRun.objects.get()
    spent, lost = run.spent, leave_open(run)

    write(project, server, count=60)

    lost.refresh_from_db()
    run.refresh_from_db()
    assert (lost.status, lost.spent, lost.doubtful) == ("lost", 700, 700)
    assert "killed while the call was under way" in lost.problem
    assert (run.accepted, run.doubtful, run_summary(run)["calls_lost"]) == (60, 700, 1)
    assert run.spent == billed(server) + 700 > spent
    assert server.stats()["answered_well_twice"] == 0
    check(run)


def test_lost_calls_count_towards_the_cap(project: Project, server: LimitedServer) -> None:
    with pytest.raises(JobCancelled):
        write(project, server, count=60, progress=stop_at(20), limits=ONE)
    run = GenerationRun.objects.get()
    leave_open(run, reserved=10**9, doubtful=0)
    seen = server.stats()["seen"]

    run = write(project, server, count=60, cap=10**9 + run.spent)

    assert (run.status, run.spent) == ("paused", run.cap)
    assert server.stats()["seen"] == seen


def test_a_call_that_an_earlier_answer_was_to_serve_had_not_been_sent(
    project: Project, server: LimitedServer
) -> None:
    with pytest.raises(JobCancelled):
        write(project, server, count=60, progress=stop_at(20), limits=ONE)
    run = GenerationRun.objects.get()
    call = leave_open(run)
    Call.objects.filter(pk=call.pk).update(cached=True)

    run = write(project, server, count=60)

    assert not Call.objects.filter(pk=call.pk).exists()
    assert (run.doubtful, run.spent) == (0, billed(server))


def test_a_price_that_changes_on_the_way_counts_for_the_calls_from_then_on(
    project: Project, server: LimitedServer
) -> None:
    with pytest.raises(JobCancelled):
        write(project, server, count=60, progress=stop_at(20), price=None, limits=ONE)

    run = write(project, server, count=60)

    assert 0 < run.spent < billed(server)
    assert run.price["sent"] == str(PRICE.sent)
    check(run)
