"""A run in batches that goes on while its server is away forgets none of those under way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from curation.errors import JobCancelled
from curation.models import Project
from curation.progress import Progress
from generation.errors import NoAnswer, ProviderAway
from generation.models import Call, GenerationRun
from generation.prompting.base import GenerationOptions
from generation.providers import PROVIDERS
from generation.providers.batch_api import BatchApi
from generation.scheduling import engine
from tests.generation.batched import be_quick, wish
from tests.generation.recordings import text_at
from tests.generation.scripted_batches import End, ScriptedBatches, good, serving_batches
from tests.generation.wishes import PRICE, generate

OPTIONS = GenerationOptions(words=(3, 9), turns=1, n_texts=2)


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROVIDERS, "openai_batch", PROVIDERS["openai_batch"])  # put back later
    monkeypatch.setattr(engine, "backoff", lambda attempt, *, spread: 0.0)
    be_quick()


def write(project: Project, server: ScriptedBatches, **more: Any) -> GenerationRun:
    wanted = wish(server.base_url) | {"options": OPTIONS, "price": PRICE, "count": 12}
    return generate(project, **wanted | more)


def two_each(names: Sequence[str]) -> Sequence[str]:
    return [
        good(name, json.dumps([text_at(name, 0, place) for place in range(2)])) for name in names
    ]


def once_handed_in(server: ScriptedBatches) -> Progress:
    def tell(done: int, total: int, note: str = "") -> None:
        if server.batches:
            raise JobCancelled

    return tell


async def unreachable(api: BatchApi) -> dict[str, str]:
    raise NoAnswer("It could not be reached.")


def test_a_server_that_is_away_when_a_run_goes_on_costs_no_batch(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving_batches(End(status="in_progress", output=two_each)) as server:
        with pytest.raises(JobCancelled):
            write(project, server, progress=once_handed_in(server))
        sent = list(Call.objects.order_by("pk").values_list("pk", "status"))
        with monkeypatch.context() as away:
            away.setattr(BatchApi, "handed_in", unreachable)
            with pytest.raises(ProviderAway, match="the same command continues"):
                write(project, server)

        assert sent
        assert {status for _, status in sent} == {"sent"}
        assert list(Call.objects.order_by("pk").values_list("pk", "status")) == sent

        server.batches[0]["status"] = "completed"
        run = write(project, server)

    assert (run.status, run.accepted, run.doubtful) == ("successful", 12, 0)
    assert list(run.calls.values_list("pk", "status")) == [(pk, "answered") for pk, _ in sent]
    assert len(server.batches) == 1
