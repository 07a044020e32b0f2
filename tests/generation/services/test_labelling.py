"""The separate labelling pass: what it confirms is kept, and no more than was asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from curation.errors import BadInput, JobCancelled
from curation.models import Project
from generation.models import Call, Draft, GenerationRun
from generation.models.calls import UNLABELLED
from generation.prompting.base import GenerationOptions
from generation.services import rejected_counts, run_summary
from tests.generation.recount import check
from tests.generation.scripted_server import Reply, refused, said, serving, texts
from tests.generation.services.test_continuing import Cancelled
from tests.generation.wishes import ask, replay, texts_of

LAST = GenerationOptions(words=(3, 9), label_last=True, turns=1, n_texts=2)


def labels(*codes: str | None) -> Reply:
    return said(json.dumps({"labels": codes}))


def jokes(*numbers: int) -> Reply:
    return texts(*(f"This is joke number {number}." for number in numbers))


def news(*numbers: int) -> Reply:
    return texts(*(f"Report number {number} has arrived." for number in numbers))


def write(project: Project, *replies: Reply, count: int = 4, **more: Any) -> GenerationRun:
    return ask(project, *replies, count=count, options=LAST, **more)


def test_texts_whose_label_is_confirmed_become_examples(project: Project) -> None:
    run = write(project, jokes(1, 2), news(1, 2), labels("joke", "joke"), labels("news", "news"))

    assert (run.status, run.accepted, run.rejected) == ("successful", 4, 0)
    assert len(texts_of(project, "joke")) == len(texts_of(project, "news")) == 2
    kinds = list(run.calls.values_list("kind", flat=True))
    assert kinds == ["write", "write", "label", "label"]
    draft = Draft.objects.accepted().select_related("labelled_by", "example").earliest("pk")
    assert draft.labelled_by is not None
    assert draft.labelled_by.kind == Call.Kind.LABEL
    assert draft.example is not None
    assert draft.example.provenance["assigned_label"] == "joke"
    check(run)


def test_the_labelling_call_does_not_say_what_was_intended(project: Project) -> None:
    replies = [jokes(1, 2), news(1, 2), labels("joke", "joke"), labels("news", "news")]
    with serving(replies) as server:
        write(project, base_url=server.base_url)

    first, second = (request["messages"] for request in server.requests[2:])
    assert first[0] == second[0]
    assert "This is joke number 1." in first[1]["content"]
    assert server.requests[2]["temperature"] == 0


def test_what_gets_another_label_or_none_is_rejected_and_written_anew(project: Project) -> None:
    run = write(
        project,
        *[jokes(1, 2), news(1, 2), labels("joke", "news"), jokes(3, 4, 5)],
        *[labels("news", None), news(3, 4, 5), labels("joke"), labels("news")],
    )

    assert (run.status, run.accepted) == ("successful", 4)
    assert rejected_counts(project) == {"label_mismatch": 1, "label_unknown": 1}
    assert Draft.objects.get(reason="label_mismatch").detail == "labelled news"
    assert run_summary(run)["relabelled"] == {"joke > news": 1}
    assert "This is joke number 2." not in texts_of(project, "joke")
    check(run)


def test_a_labelling_answer_that_cannot_be_read_rejects_its_texts(project: Project) -> None:
    run = write(
        project,
        *[jokes(1, 2), news(1, 2), said("I cannot."), jokes(3, 4)],
        *[labels("news", "news"), labels("joke", "joke")],
    )

    assert run.accepted == 4
    assert rejected_counts(project) == {"label_unknown": 2}
    check(run)


def test_a_run_that_stops_before_the_labelling_goes_on_with_it(project: Project) -> None:
    replies = [jokes(1, 2), news(1, 2), labels("joke", "joke"), labels("news", "news")]
    with serving(replies) as server:
        with pytest.raises(JobCancelled):
            write(project, base_url=server.base_url, progress=Cancelled(after=2))
        assert Draft.objects.filter(reason=UNLABELLED).count() >= 2
        run = write(project, base_url=server.base_url)

    assert (run.status, run.accepted, len(server.requests)) == ("successful", 4, 4)
    assert not Draft.objects.filter(reason=UNLABELLED).exists()
    check(run)


def test_a_text_that_waits_for_its_label_is_known_when_the_run_goes_on(project: Project) -> None:
    with serving([jokes(1), news(1)]) as server:
        with pytest.raises(JobCancelled):
            write(project, base_url=server.base_url, progress=Cancelled(after=2))
        server.replies += [
            *[labels("joke"), jokes(1, 2), labels("news"), news(1, 2)],  # the first two again
            *[labels("joke"), labels("news")],
        ]
        run = write(project, base_url=server.base_url)

    assert rejected_counts(project) == {"duplicate": 2}
    assert run.accepted == 4
    check(run)


def test_of_texts_whose_labelling_call_is_refused_nobody_knows_the_label(
    project: Project,
) -> None:
    filtered = refused(400, "blocked by the content_policy")
    replies = [jokes(1, 2), news(1, 2), filtered, jokes(3, 4), labels("news", "news")]
    with serving([*replies, labels("joke", "joke")]) as server:
        run = write(project, base_url=server.base_url)

    assert (run.accepted, run_summary(run)["rejected"]) == (4, {"label_unknown": 2})
    lost = Draft.objects.filter(reason="label_unknown")
    assert {draft.detail for draft in lost} == {"the labelling call was refused"}
    check(run)


def test_patience_is_lost_when_no_text_gets_the_label_it_was_meant_to_have(
    project: Project,
) -> None:
    replies = [jokes(1, 2), news(1, 2), labels("news", "news"), jokes(3, 4, 5)]
    replies += [labels("news", "news"), labels("news", "news", "news"), labels("joke")]

    run = write(project, *replies, patience=2)

    assert run.accepted == 2
    assert "The last 2 calls for label 'joke' gave nothing that could be accepted" in run.error


def test_a_recording_cannot_label_afterwards_and_says_so(project: Project, recording: Any) -> None:
    with pytest.raises(BadInput, match="'recorded' cannot label texts afterwards"):
        replay(project, recording, 4, options=LAST)

    assert not GenerationRun.objects.exists()
