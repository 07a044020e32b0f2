"""The language model is away for a while: the job waits, says so, and goes on by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from curation.models import Example, Project
from generation.errors import ProviderAway
from generation.jobs import generate
from generation.models import GenerationRun
from generation.scheduling import engine
from tests.generation.scripted_server import Reply, refused, serving, texts

WISH = {
    "provider": "openai", "model": "tiny", "method": "zero_shot", "count": 4,
    "options": {"n_texts": 1, "turns": 1, "words": [1, 20]},
}  # fmt: skip
"""Two texts of each of two labels, a call for each."""


TEXTS = (
    "Otters swim under the old bridge.", "Parliament voted late last night.",
    "My clock eats breakfast twice.", "Rain is expected over the hills.",
    "A goat applied for the job.", "The museum opens a new wing.",
    "Nobody told the ladder jokes.", "Ferries were delayed by fog.",
    "Seven spoons went on holiday.",
)  # fmt: skip


class Line:
    """What a job was told to show."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def __call__(self, done: int, total: int, note: str = "") -> None:
        self.notes.append(note)

    @property
    def waits(self) -> list[str]:
        return [note for note in self.notes if note.startswith("Waiting: ")]


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "backoff", lambda attempt, *, spread: 0.0)
    pause(monkeypatch, lambda: None)


def pause(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], Any]) -> None:
    """Let something happen instead of each wait of the job."""

    class Clock:
        monotonic = staticmethod(lambda: 0.0)
        sleep = staticmethod(lambda seconds: meanwhile())

    monkeypatch.setattr("curation.services.rounds.patience.time", Clock)


def written(project: Project) -> list[str]:
    return sorted(Example.objects.filter(project=project).values_list("text", flat=True))


def replies(n: int) -> list[Reply]:
    return [texts(text) for text in TEXTS[:n]]


def test_a_server_that_fails_for_a_while_only_delays(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line()
    with serving([*replies(2), *[refused(500)] * 50]) as server:
        pause(monkeypatch, lambda: server.replies.__setitem__(slice(None), replies(9)[2:]))

        summary = generate(project, {**WISH, "base_url": server.base_url}, line)

    assert (summary["status"], summary["accepted"]) == ("successful", 4)
    assert len(written(project)) == len(set(written(project))) == 4
    assert GenerationRun.objects.count() == 1
    assert len(line.waits) == 1
    assert "what was answered before is kept" in line.waits[0]


def test_a_server_that_is_not_there_is_waited_for(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving([]) as gone:
        address = gone.base_url
    line, looked = Line(), []

    def patience_ends() -> None:
        looked.append(GenerationRun.objects.get().status)
        if len(looked) == 3:
            raise KeyboardInterrupt

    pause(monkeypatch, patience_ends)
    with pytest.raises(KeyboardInterrupt):
        generate(project, {**WISH, "base_url": address}, line)

    assert len(looked) == 3
    assert "Gave up after 6 attempts" in line.waits[0]
    assert written(project) == []


def test_patience_ends_with_a_sentence_and_what_came_is_kept(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generation.jobs.PATIENCE", -1.0)
    with serving([*replies(2), *[refused(503)] * 50]) as server:
        with pytest.raises(ProviderAway, match="the same command continues"):
            generate(project, {**WISH, "base_url": server.base_url}, Line())
        kept = written(project)
        server.replies[:] = replies(9)[2:]
        summary = generate(project, {**WISH, "base_url": server.base_url}, Line())

    assert len(kept) == 2
    assert (summary["status"], summary["accepted"]) == ("successful", 4)
    assert set(kept) < set(written(project))
