"""Runs that stop early, and what the same wish does then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from curation.errors import JobCancelled
from curation.models import Project
from generation.errors import NothingGenerated, ProviderProblem, RunTakenOver
from generation.models import GenerationRun
from generation.prompting.base import GenerationOptions
from generation.services import (
    rejected_counts,
)
from tests.factories import make_example
from tests.generation.recordings import numbered_texts, text_at, write_recording
from tests.generation.scripted_server import refused, serving, texts
from tests.generation.wishes import ask, replay, texts_of


def test_the_same_wish_again_asks_for_nothing(project: Project) -> None:
    with serving([texts("One joke."), texts("One report.")]) as server:
        wish: dict[str, Any] = {"base_url": server.base_url}
        first = ask(project, **wish)
        again = ask(project, **wish)

    assert again == first
    assert len(server.requests) == 2
    assert project.examples.count() == 2


def test_a_larger_count_goes_on_with_what_is_there(project: Project, recording: Path) -> None:
    replay(project, recording, 13)

    run = replay(project, recording, 40)

    assert (run.number, run.accepted, run.surplus) == (1, 40, 0)
    assert run.calls.count() == 8  # four turns a label, none asked twice
    assert project.examples.count() == 40


def test_surplus_that_has_been_stored_otherwise_meanwhile_becomes_a_duplicate(
    project: Project, recording: Path
) -> None:
    replay(project, recording, 8)
    make_example(project, text_at("joke", 0, 4))

    replay(project, recording, 10)

    assert rejected_counts(project) == {"duplicate": 1}
    assert len(texts_of(project, "joke")) == 5


def test_another_wish_is_another_run(project: Project, recording: Path) -> None:
    replay(project, recording, 4)

    run = replay(project, recording, 4, options=GenerationOptions(style="headlines"), patience=9)

    assert run.number == 2
    assert rejected_counts(project)["duplicate"] == 4


def test_a_used_up_recording_ends_well_with_a_sentence(project: Project, recording: Path) -> None:
    run = replay(project, recording, 50)

    assert (run.status, run.accepted) == ("successful", 40)
    assert "Only 40 of 50 examples could be had." in run.error
    assert "jokes.jsonl has 4 turns for label 'joke'" in run.error
    assert replay(project, recording, 50) == run


def test_a_run_without_a_single_example_fails_with_a_sentence(
    project: Project, tmp_path: Path
) -> None:
    hopeless = write_recording(
        tmp_path / "r.jsonl", {label: [["Short."]] * 9 for label in ("joke", "news")}
    )

    with pytest.raises(NothingGenerated, match=r"None of 4 .*last 3 calls for label 'joke'"):
        replay(project, hopeless, 4, patience=3)

    run = GenerationRun.objects.get()
    assert (run.status, run.rejected) == ("failed", 6)
    assert rejected_counts(project) == {"too_short": 6}


def test_patience_starts_anew_when_somebody_asks_again(project: Project, tmp_path: Path) -> None:
    bad, good = [["Short."]] * 3, numbered_texts("joke", turns=1, per_turn=2)
    late = write_recording(tmp_path / "r.jsonl", {"joke": bad + good, "news": bad + good})
    with pytest.raises(NothingGenerated):
        replay(project, late, 2, patience=2)

    run = replay(project, late, 2, patience=2)

    assert (run.status, run.accepted) == ("successful", 2)
    assert run.calls.count() == 8


def test_a_refused_key_keeps_what_was_answered_and_the_same_wish_continues(
    project: Project,
) -> None:
    with serving([texts("One joke."), refused(401)]) as server:
        with pytest.raises(ProviderProblem, match="refused the key"):
            ask(project, base_url=server.base_url)
        run = GenerationRun.objects.get()
        assert (run.status, run.accepted) == ("failed", 1)
        assert "refused the key" in run.error
        server.replies.append(texts("One report."))
        run = ask(project, base_url=server.base_url)

    assert (run.status, run.accepted, run.error) == ("successful", 2, "")
    assert len(server.requests) == 3


class Cancelled:
    """Somebody presses cancel after so many answers."""

    def __init__(self, *, after: int) -> None:
        self.left = after
        self.seen: list[tuple[int, int]] = []

    def __call__(self, done: int, total: int, note: str = "") -> None:
        self.seen.append((done, total))
        self.left -= 1
        if self.left < 0:
            raise JobCancelled


def test_a_cancelled_run_keeps_what_it_had_and_can_be_continued(
    project: Project, recording: Path
) -> None:
    cancelled = Cancelled(after=2)
    with pytest.raises(JobCancelled):
        replay(project, recording, 40, progress=cancelled)
    run = GenerationRun.objects.get()
    assert (run.status, cancelled.seen) == ("cancelled", [(0, 40), (5, 40), (10, 40)])

    run = replay(project, recording, 40)

    assert (run.status, run.accepted, run.calls.count()) == ("successful", 40, 8)


def test_a_run_that_another_process_takes_up_stops_without_touching_it(
    project: Project, recording: Path
) -> None:
    def taken_over(done: int, total: int, note: str = "") -> None:
        GenerationRun.objects.update(claim="somebody else")

    with pytest.raises(RunTakenOver, match="run 1"):
        replay(project, recording, 40, progress=taken_over)

    run = GenerationRun.objects.get()
    assert (run.status, run.claim, run.accepted) == ("running", "somebody else", 0)


def test_a_smaller_count_never_asks_for_more_than_it_says(
    project: Project, recording: Path
) -> None:
    with pytest.raises(JobCancelled):
        replay(project, recording, 40, progress=Cancelled(after=2))

    run = replay(project, recording, 12)

    assert (run.status, run.target) == ("successful", 12)
    assert len(texts_of(project, "news")) == 6  # had 5; "joke" may have had more than its 6
