"""The page about agreement: what it says, when it works things out, what it says with no votes."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from curation.models import Job, Project
from curation.services import statistics
from curation.services.statistics import project_agreement
from tests.curation.pages import text_of
from tests.factories import annotate, make_project

pytestmark = pytest.mark.django_db

PAGE = "/projects/jokes/agreement/"


@pytest.fixture
def project() -> Project:
    project = make_project()
    for _ in range(6):
        annotate(project, ["joke", "joke", "joke"])
        annotate(project, ["news", "news", "joke"])
    return project


def test_the_page_is_for_people_who_signed_in(client: Client, project: Project) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/login/")


def test_one_sentence_says_what_the_numbers_mean(admin_client: Client, project: Project) -> None:
    page = unescape(text_of(admin_client, PAGE))

    assert "Annotators agree more than by chance and see many texts differently" in page
    # 36 votes, 24 of them joke, 12 meet the other label: α = 1 − 12 · 35 / (2 · 24 · 12)
    assert "α = 0.27" in page
    assert "12 texts with two votes or more" in page


def test_every_statistic_stands_with_its_interval_and_size(
    admin_client: Client, project: Project
) -> None:
    page = unescape(text_of(admin_client, PAGE))

    for title in ("Krippendorff’s α", "Fleiss’ κ", "Cohen’s κ", "Gwet’s AC1"):
        assert title in page
    assert "ordinal" not in page.split("Text by text")[0]
    assert page.count("12 texts") >= 4


def test_cautions_and_confused_labels_are_sentences(admin_client: Client, project: Project) -> None:
    page = unescape(text_of(admin_client, PAGE))

    assert "Only 12 examples have two votes or more" in page
    assert "“joke” and “news” are named on the same 6 texts" in page


def test_the_pictures_have_their_numbers_in_tables(admin_client: Client, project: Project) -> None:
    page = text_of(admin_client, PAGE)

    assert page.count("The numbers as a table") == 1
    assert "Which labels meet" in page
    assert 'role="img"' in page


def test_with_no_votes_the_page_says_what_belongs_here(admin_client: Client) -> None:
    make_project()

    page = text_of(admin_client, PAGE)

    assert "How far people agree stands here once they have voted" in page
    assert "To the rounds" in page


def test_only_skips_are_no_votes(admin_client: Client) -> None:
    annotate(make_project(), [None, None])

    assert "once they have voted" in text_of(admin_client, PAGE)


def test_texts_with_one_vote_each_leave_everything_undefined(admin_client: Client) -> None:
    project = make_project()
    annotate(project, ["joke"])
    annotate(project, ["news"])

    page = unescape(text_of(admin_client, PAGE))

    assert "Agreement cannot be measured yet. No example has two votes" in page
    assert page.count("Undefined. No example has two votes") == 4
    assert "only says what was assumed beforehand" in page


def test_many_labels_are_all_in_the_table(admin_client: Client) -> None:
    project = make_project(labels=[f"label-{number}" for number in range(6)])
    annotate(project, [f"label-{number}" for number in range(6)])

    page = unescape(text_of(admin_client, PAGE))

    assert "Krippendorff’s α, ordinal" in page
    assert page.count('<svg class="meet"') == 36


def test_new_votes_are_seen_at_once_while_there_are_few(
    admin_client: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curation.views.agreement.PATIENCE", 0.0)
    before = text_of(admin_client, PAGE)
    annotate(project, ["joke", "news", "joke"])

    assert "13 texts" in text_of(admin_client, PAGE)
    assert "13 texts" not in before


def test_numbers_that_cost_time_are_shown_a_while_longer(
    admin_client: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curation.views.agreement.PATIENCE", 1e6)
    text_of(admin_client, PAGE)
    annotate(project, ["joke", "news", "joke"])

    assert "12 texts" in text_of(admin_client, PAGE)
    assert "more came since" in text_of(admin_client, PAGE)


def test_what_was_worked_out_is_read_again(
    admin_client: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    text_of(admin_client, PAGE)
    monkeypatch.setattr(statistics, "measure_agreement", lambda project: pytest.fail("again"))

    assert "α = 0.27" in text_of(admin_client, PAGE)


def test_with_many_votes_the_page_waits_for_somebody_to_ask(
    admin_client: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "curation.views.agreement.project_agreement",
        lambda project, patience: project_agreement(project, at_most=3),
    )

    assert "takes a minute or two in the background" in text_of(admin_client, PAGE)
    answer = admin_client.post(f"{PAGE}measure/")
    admin_client.post(f"{PAGE}measure/")

    assert answer.headers["Location"] == PAGE
    assert [(job.kind, job.state) for job in Job.objects.all()] == [("agreement", "ready")]


def test_older_numbers_say_that_more_came(
    admin_client: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    statistics.measure_agreement(project)
    annotate(project, ["joke", "news", "joke"])
    monkeypatch.setattr(
        "curation.views.agreement.project_agreement",
        lambda project, patience: project_agreement(project, at_most=3),
    )

    page = text_of(admin_client, PAGE)

    assert "rest on 36 answers; more came since" in page
    assert "Work it out anew" in page


def test_a_broken_file_of_numbers_is_made_anew(admin_client: Client, project: Project) -> None:
    text_of(admin_client, PAGE)
    statistics.NUMBERS.path(project).write_text("{", encoding="utf-8")

    assert "α = 0.27" in text_of(admin_client, PAGE)
