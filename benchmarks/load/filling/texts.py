"""Texts as generation wrote them, with calls and drafts, and real ones."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from benchmarks.examples_table.filling import vocabulary
from benchmarks.load.filling.size import CHUNK, DRAFTS_PER_CALL, METHODS, REJECTED, Size
from curation.bulk import chunked, insert_rows
from curation.models import Example, Project
from generation.models import Call, Draft, GenerationRun

WORDS = (8, 50)  # of a text
PRICE = {"sent": "1", "written": "2", "currency": "USD", "as_of": "2025-08-31"}
REASONS = ("duplicate", "too_short", "refusal", "leakage")
EXAMPLE = ["project", "external_id", "text", "source", "split", "intended_label", "gold_label",
           "provenance", "created_at"]  # fmt: skip
CALL = ["run", "kind", "label", "conversation", "turn", "status", "key", "cached", "n_texts",
        "cell", "messages", "answer", "problem", "model", "prompt_tokens", "completion_tokens",
        "finish_reason", "attempts", "seconds", "reserved", "doubtful", "spent",
        "created_at"]  # fmt: skip
DRAFT = ["call", "position", "text", "reason", "detail", "family", "example"]


def write_texts(project: Project, size: Size) -> None:
    """Everything of the project's texts; the first ones are named joke-0, joke-1 and so on."""
    runs = _runs(project, size)
    labels = list(project.labels.order_by("position").values_list("pk", flat=True))
    dice = random.Random(f"{size.slug} texts")
    _write_calls(runs, labels, size)
    calls = list(Call.objects.of(project).order_by("pk").values_list("pk", "run__number", "label"))
    for some in chunked(_generated(project, size, calls, dice), CHUNK):
        insert_rows(Example, EXAMPLE, some)
    _write_drafts(project, calls, size)
    insert_rows(Example, EXAMPLE, _real(project, size, labels, dice))


def made_text(dice: random.Random) -> str:
    """Some words; the n-th as often as 1/n."""
    words, summed = vocabulary_once()
    return " ".join(dice.choices(words, cum_weights=summed, k=dice.randint(*WORDS)))


def vocabulary_once() -> tuple[list[str], list[float]]:
    if not _known:
        _known.append(vocabulary())
    return _known[0]


_known: list[tuple[list[str], list[float]]] = []


def _runs(project: Project, size: Size) -> list[GenerationRun]:
    now, each = timezone.now(), size.examples // size.runs
    calls = each // DRAFTS_PER_CALL + 1
    statuses = {size.runs: "paused", size.runs - 1: "failed"} if size.runs > 2 else {}
    rejected = int(each * REJECTED)
    return GenerationRun.objects.bulk_create(
        GenerationRun(
            project=project, number=number, provider="openai", model="tiny",
            base_url="http://127.0.0.1:9/v1", method=METHODS[number % len(METHODS)],
            prompt_version=f"v{number % 4}", params={"identity": ""}, seed=number, target=each,
            fingerprint=hashlib.sha256(f"{size.slug} {number}".encode()).hexdigest(),
            status=statuses.get(number, "successful"), accepted=each, rejected=rejected,
            prompt_tokens=calls * 300, completion_tokens=calls * 400, price=PRICE,
            reasons={reason: rejected // len(REASONS) for reason in REASONS},
            spent=calls * 1_100_000, error="",
            wish={"provider": "openai", "method": "zero_shot", "count": each, "seed": number,
                  "base_url": "http://127.0.0.1:9/v1", "model": "tiny"},
            started_at=now - timedelta(days=number), finished_at=now - timedelta(days=number - 1),
        )
        for number in range(1, size.runs + 1)
    )  # fmt: skip


def _write_calls(runs: list[GenerationRun], labels: list[int], size: Size) -> None:
    now, each = timezone.now(), -(-size.examples // size.runs)
    told = [{"role": "user", "content": f"Write {DRAFTS_PER_CALL} texts. " + "Be brief. " * 40}]

    def rows() -> Iterator[tuple[Any, ...]]:
        for run in runs:
            for number in range(each // DRAFTS_PER_CALL + 1):
                key = f"{run.pk:032x}{number:032x}"
                yield (run.pk, "write", labels[number % len(labels)], number // len(labels), 0,
                       "answered", key, False, DRAFTS_PER_CALL, {"topic": f"topic {number % 40}"},
                       told, "1. A text\n" * DRAFTS_PER_CALL, "", "tiny", 300, 400, "stop", 1,
                       1.25, 2_000_000, 0, 1_100_000, now)  # fmt: skip

    insert_rows(Call, CALL, rows())


def _generated(
    project: Project, size: Size, calls: list[tuple[int, int, int]], dice: random.Random
) -> Iterator[tuple[Any, ...]]:
    now = timezone.now()
    for number in range(size.examples):
        call, run, label = calls[number * len(calls) // size.examples]
        provenance = {
            "run": run, "call": call, "position": number % DRAFTS_PER_CALL + 1,
            "method": METHODS[run % len(METHODS)], "prompt_version": f"v{run % 4}",
        }  # fmt: skip
        yield (project.pk, f"joke-{number}", made_text(dice), "synthetic", "pool", label, None,
               provenance, now)  # fmt: skip


def _real(
    project: Project, size: Size, labels: list[int], dice: random.Random
) -> Iterator[tuple[Any, ...]]:
    now = timezone.now()
    for split, count in (("train", size.real), ("test", size.real), ("check", size.known)):
        for number in range(count):
            label = labels[number % len(labels)]
            yield (project.pk, f"{split}-{number}", made_text(dice), "real", split, None, label,
                   {}, now)  # fmt: skip


def _write_drafts(project: Project, calls: list[tuple[int, int, int]], size: Size) -> None:
    examples = project.examples.filter(split="pool").order_by("pk").values_list("pk", "text")
    every = round(1 / REJECTED)

    def rows() -> Iterator[tuple[Any, ...]]:
        last, place = 0, 0
        for number, (key, text) in enumerate(examples.iterator(chunk_size=20_000)):
            call = calls[number * len(calls) // size.examples][0]
            last, place = call, place + 1 if call == last else 1
            yield call, place, text, "", "", "", key
            if number % every == 0:
                reason = REASONS[number // every % len(REASONS)]
                yield call, 100 + place, text, reason, "of another draft", "", None

    for some in chunked(rows(), CHUNK):
        insert_rows(Draft, DRAFT, some)
