from __future__ import annotations

from typing import Any

import pytest

from curation.label_studio.payload import answer_to_json, task_from_json, tasks_to_json
from curation.label_studio.records import RemoteAnnotation, TaskToPush

EMAILS = {7: "ann@crowd.local"}


def choice(*codes: object) -> list[dict[str, Any]]:
    return [{"from_name": "label", "type": "choices", "value": {"choices": list(codes)}}]


def annotation(**changes: Any) -> RemoteAnnotation:
    raw = {
        "id": 3,
        "completed_by": 7,
        "result": choice("irony"),
        "was_cancelled": False,
        "lead_time": 2.5,
        "created_at": "2026-11-21T02:45:28.293829Z",
        "updated_at": "2026-11-21T02:45:28.293842Z",
    }
    (read,) = task_from_json({"annotations": [raw | changes]}, emails=EMAILS).annotations
    return read


def test_an_import_holds_nothing_but_text_id_and_batch() -> None:
    body = tasks_to_json([TaskToPush(external_id="ex-1", text="Great.")], batch="b1")

    assert body == [{"data": {"text": "Great.", "external_id": "ex-1", "push_batch": "b1"}}]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a\x00b", "a\ufffdb"),
        ("half an emoji \ud83d", "half an emoji \ufffd"),
        ("\u202eforced order\u202c שלום 😀", "\u202eforced order\u202c שלום 😀"),
        ("x" * 100_000, "x" * 100_000),
    ],
)
def test_what_no_server_can_keep_is_sent_as_a_sign_for_it(text: str, sent: str) -> None:
    task = TaskToPush(external_id="ex-1", text=text, fields={"left": text})

    (body,) = tasks_to_json([task], batch="b1")

    assert (body["data"]["text"], body["data"]["left"]) == (sent, sent)


def test_an_answer_reads_as_it_was_written() -> None:
    body = answer_to_json("irony", unique_id="u", seconds=2.5)

    assert annotation(**body) == RemoteAnnotation(
        remote_id=3,
        annotator="ann@crowd.local",
        label_codes=("irony",),
        skipped=False,
        seconds=2.5,
        created_at="2026-11-21T02:45:28.293829Z",
        updated_at="2026-11-21T02:45:28.293842Z",
        unique_id="u",
    )


@pytest.mark.parametrize(
    ("person", "annotator"),
    [
        (7, "ann@crowd.local"),
        (8, "user-8"),
        ({"id": 9, "email": "Bob@Crowd.local"}, "bob@crowd.local"),
        ({"id": 7, "email": ""}, "ann@crowd.local"),
        ({"id": 11, "email": "Deleted"}, "user-11"),
        (None, "user-unknown"),
    ],
)
def test_an_annotator_is_an_email_wherever_one_is_known(person: object, annotator: str) -> None:
    assert annotation(completed_by=person).annotator == annotator


@pytest.mark.parametrize(
    ("result", "codes"),
    [
        (choice("irony", "none"), ("irony", "none")),
        (choice(), ()),
        (choice(["nested", "path"]), ('["nested", "path"]',)),
        ([{"type": "textarea", "value": {"text": ["irony"]}}], ()),
        ([{"type": "choices", "value": None}], ()),
        ([None, "irony", 3], ()),
        ("irony", ()),
        (None, ()),
    ],
)
def test_an_answer_of_any_shape_becomes_labels_as_they_are(
    result: object, codes: tuple[str, ...]
) -> None:
    assert annotation(result=result).label_codes == codes


@pytest.mark.parametrize("raw", [{}, {"id": "x", "data": None, "annotations": None}])
def test_a_task_of_unknown_shape_becomes_a_record_that_says_little(raw: dict[str, Any]) -> None:
    task = task_from_json(raw, emails={})

    assert (task.remote_id, task.external_id, task.annotations) == (-1, None, ())


@pytest.mark.parametrize("told", ["2026-11-21T02:45:27Z", "2026-11-21T03:45:27.000+01:00"])
def test_times_are_written_so_that_text_order_is_time_order(told: str) -> None:
    assert task_from_json({"updated_at": told}, emails={}).updated_at == (
        "2026-11-21T02:45:27.000000Z"
    )
