"""Files and batches."""

from __future__ import annotations

import json
import time
from typing import Any

import openai

from tests.generation.limited_server import LimitedServer
from tests.generation.limited_server.asking import client_of, request


def batch_of(client: openai.OpenAI, numbers: range) -> Any:
    lines = [
        {"custom_id": f"call-{number}", "method": "POST", "url": "/v1/chat/completions"}
        | {"body": request(number)}
        for number in numbers
    ]
    written = "".join(json.dumps(line) + "\n" for line in lines).encode()
    file = client.files.create(file=("calls.jsonl", written), purpose="batch")
    return client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
    )


def results(client: openai.OpenAI, file_id: str | None) -> list[dict[str, Any]]:
    if not file_id:
        return []
    return [json.loads(line) for line in client.files.content(file_id).text.splitlines()]


def test_a_batch_goes_through_its_stages_and_answers_in_its_own_order(
    limited: LimitedServer,
) -> None:
    limited.configure(batch_seconds=0.4, error_500=0.2, rpm=1)

    with client_of(limited) as client:
        batch = batch_of(client, range(30))
        stages = [batch.status]
        while stages[-1] != "completed":
            time.sleep(0.02)
            batch = client.batches.retrieve(batch.id)
            stages += [batch.status] if batch.status != stages[-1] else []
        good, bad = results(client, batch.output_file_id), results(client, batch.error_file_id)
        assert next(known.id for known in client.batches.list().data) == batch.id

    assert stages == ["validating", "in_progress", "completed"]
    assert (batch.request_counts.completed, batch.request_counts.failed) == (len(good), len(bad))
    names = [line["custom_id"] for line in good + bad]
    assert sorted(names) == sorted(f"call-{number}" for number in range(30))
    assert names != sorted(names, key=lambda name: int(name.split("-")[1]))
    assert {line["response"]["status_code"] for line in bad} == {500}
    assert set(good[0]) == {"id", "custom_id", "response", "error"}
    assert good[0]["response"]["body"]["choices"][0]["message"]["content"]
    assert limited.stats()["billed"] == len(good)


def test_a_cancelled_batch_gives_what_it_had(limited: LimitedServer) -> None:
    limited.configure(batch_seconds=3)

    with client_of(limited) as client:
        batch = batch_of(client, range(20))
        time.sleep(0.5)
        cancelled = client.batches.cancel(batch.id)
        good = results(client, cancelled.output_file_id)

    assert cancelled.status == "cancelled"
    assert 0 < len(good) < 20
    assert limited.stats()["billed"] == len(good)
