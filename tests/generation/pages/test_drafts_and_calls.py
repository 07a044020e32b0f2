from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client

from curation.models import Project
from generation.models import Call, Draft
from generation.scheduling.shares import call_seed
from tests.factories import make_example
from tests.generation.pages.asking import make_call, make_draft, make_run, page_of
from tests.generation.wishes import replay

pytestmark = pytest.mark.django_db


def test_texts_are_filtered_by_reason_and_label(reader: Client, project: Project) -> None:
    run = make_run(project)
    joke, news = make_call(run, "joke"), make_call(run, "news")
    make_draft(joke, "An accepted joke.")
    make_draft(joke, "A double joke.", "duplicate")
    make_draft(news, "Double news.", "duplicate")
    make_draft(news, "Short news.", "too_short")

    rejected = page_of(reader, "runs/1/drafts/")
    doubles = page_of(reader, "runs/1/drafts/?reason=duplicate")
    double_news = page_of(reader, "runs/1/drafts/?reason=duplicate&label=news")
    accepted = page_of(reader, "runs/1/drafts/?reason=accepted")

    assert "An accepted joke." not in rejected
    assert all(text in rejected for text in ("A double joke.", "Double news.", "Short news."))
    assert "Short news." not in doubles
    assert "A double joke." not in double_news
    assert "Double news." in double_news
    assert "An accepted joke." in accepted


def test_pages_go_by_key_and_miss_nothing(reader: Client, project: Project) -> None:
    call = make_call(make_run(project))
    drafts = [make_draft(call, f"text number {number}.", "duplicate") for number in range(60)]
    seen: set[int] = set()

    path = "runs/1/drafts/"
    while path:
        page = page_of(reader, path)
        seen |= {draft.pk for draft in drafts if f'#draft-{draft.pk}"' in page}
        older = page.split("Older texts")[0].rsplit('href="', 1)[1].split('"')[0]
        path = f"runs/1/drafts/{older}".replace("&amp;", "&") if "Older texts" in page else ""

    assert seen == {draft.pk for draft in drafts}


@pytest.mark.parametrize(
    "query",
    [
        "?before=x",
        "?before=-1",
        f"?before={10**30}",
        "?before=" + "9" * 5000,
        "?label=none",
        "?reason=no_such",
    ],
)
def test_what_cannot_be_meant_in_an_address_does_no_harm(
    reader: Client, project: Project, query: str
) -> None:
    make_run(project)

    assert "No text of this run is like that." in page_of(reader, f"runs/1/drafts/{query}")


def test_texts_are_shown_and_never_run(reader: Client, project: Project) -> None:
    text = "<script>alert(1)</script>"
    answer = json.dumps({"examples": [text]})
    call = make_call(make_run(project), answer=answer, messages=[{"role": "user", "content": text}])
    make_draft(call, text, "duplicate", detail=text)

    for path in ("runs/1/", "runs/1/drafts/", f"calls/{call.pk}/"):
        assert text not in page_of(reader, path)


def test_a_call_shows_what_was_sent_and_what_came_of_it(
    reader: Client, project: Project, recording: Path
) -> None:
    replay(project, recording, 20)
    first = Call.objects.get(label__name="joke", turn=0)
    second = Call.objects.get(label__name="joke", turn=1)

    page = page_of(reader, f"calls/{second.pk}/")

    assert "something more diverse" in page
    assert page.count('class="assistant"') == 1
    for draft in Draft.objects.filter(call=second):
        assert f'id="draft-{draft.pk}"' in page
    assert f"calls/{first.pk}/" in page
    assert "conversation 0, turn 1" in page


def test_a_call_of_a_repeated_wish_shows_the_seed_that_was_sent(
    reader: Client, project: Project
) -> None:
    make_run(project)
    call = make_call(make_run(project, 2))

    page = page_of(reader, f"calls/{call.pk}/")

    assert f"0 of its label, {call_seed(0, label='joke', number=0, repeated=1)} " in page
    assert str(call_seed(0, label="joke", number=0)) not in page


def test_a_call_without_an_answer_says_why(reader: Client, project: Project) -> None:
    call = make_call(make_run(project), status="refused", problem="The prompt is too long.")

    page = page_of(reader, f"calls/{call.pk}/")

    assert "refused for good" in page
    assert "The prompt is too long." in page


def test_a_test_text_is_masked_wherever_a_call_repeats_it(reader: Client, project: Project) -> None:
    leak = 'The "secret" tëst text.'
    short = "Secret."
    make_example(project, short, split="test", source="real", gold="joke")
    run = make_run(project)
    answer = json.dumps({"examples": [leak, "A fine text.", short]})
    first = make_call(run, conversation=0, answer=answer)
    make_draft(first, leak, "leakage")
    make_draft(first, "A fine text.")
    make_draft(first, short, "too_short")
    second = make_call(run, conversation=0, turn=1)

    for path in (f"calls/{first.pk}/", f"calls/{second.pk}/", "runs/1/drafts/", "runs/1/"):
        page = page_of(reader, path)
        for form in ("secret", "Secret.", "t\\u00ebst", "tëst"):
            assert form not in page, path
    assert "A fine text." in page_of(reader, f"calls/{second.pk}/")


def test_a_labelling_call_shows_the_texts_it_labelled(reader: Client, project: Project) -> None:
    run = make_run(project)
    wrote, labelled = make_call(run), make_call(run, kind="label", conversation=0)
    news = project.labels.get(name="news")
    make_draft(wrote, "A text.", "label_mismatch", labelled_by=labelled, assigned_label=news)

    page = page_of(reader, f"calls/{labelled.pk}/")

    assert "A text." in page
    assert "labelled news" in page
    assert f"calls/{wrote.pk}/#draft-" in page


def test_a_call_is_found_in_its_own_project_only(reader: Client, project: Project) -> None:
    call = make_call(make_run(project))

    assert reader.get(f"/projects/other/generation/calls/{call.pk}/").status_code == 404
    page_of(reader, f"calls/{10**30}/", status=404)
