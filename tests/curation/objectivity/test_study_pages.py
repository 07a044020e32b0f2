"""A researcher's pages about studies."""

from __future__ import annotations

import pytest
from django.test import Client

from curation import jobs
from curation.models import Job, ObjectivityStudy
from tests.curation.objectivity.rows import make_study, say
from tests.curation.pages import text_of
from tests.factories import annotate

pytestmark = pytest.mark.django_db
HOME = "/objectivity/tasks/"


@pytest.fixture
def study() -> ObjectivityStudy:
    return make_study()


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


def in_a_circle(study: ObjectivityStudy) -> None:
    """Irony before news before spam before irony, each by two of three."""
    for first, second in (("irony", "news"), ("news", "spam"), ("spam", "irony")):
        for person in ("ann", "bob"):
            say(study, person, first, second, first)
        say(study, "cy", first, second, second)


def rank(reader: Client) -> Job:
    reader.post(f"{HOME}rank/")
    job = Job.objects.latest("pk")
    jobs.run_job.func(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.SUCCESSFUL, job.error
    return job


@pytest.mark.parametrize("path", ["/objectivity/", HOME, f"{HOME}job/"])
def test_every_page_asks_for_a_login(client: Client, study: ObjectivityStudy, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/login/")


def test_without_studies_the_list_teaches_how_to_begin(reader: Client) -> None:
    page = text_of(reader, "/objectivity/")

    assert "manage.py objectivity create" in page
    assert "Studies stand here" in page


def test_the_list_of_projects_leads_here(reader: Client, study: ObjectivityStudy) -> None:
    assert 'href="/objectivity/"' in text_of(reader, "/")


def test_a_study_without_answers_gives_out_its_link(
    reader: Client, study: ObjectivityStudy
) -> None:
    page = text_of(reader, HOME)

    assert f"http://testserver/compare/{study.key}/join/" in page
    assert "Nobody has compared anything yet" in page
    assert "objectivity push tasks" in page
    assert "Pair by pair" not in page


def test_answers_are_counted_before_they_are_ranked(
    reader: Client, study: ObjectivityStudy
) -> None:
    say(study, "ann", "irony", "news", "news")
    say(study, "ann", "irony", "spam", "")

    page = text_of(reader, HOME)

    assert "2 of 9 comparisons are in" in page
    assert "Rank the tasks" in page
    assert "Pair by pair" in page


def test_a_ranking_says_its_circles_and_what_it_was_made_of(
    reader: Client, study: ObjectivityStudy
) -> None:
    in_a_circle(study)

    rank(reader)
    page = text_of(reader, HOME)

    assert "No order can be seen yet" in page
    assert "“irony” → “news” → “spam” → “irony”" in page
    assert "Ranked on 9 comparisons by 3 people" in page
    assert "Rank again" not in page


def test_a_ranking_that_answers_have_overtaken_says_so(
    reader: Client, study: ObjectivityStudy
) -> None:
    say(study, "ann", "irony", "news", "news")
    rank(reader)

    say(study, "bob", "irony", "news", "news")

    page = text_of(reader, HOME)
    assert "Answers have changed since this was ranked" in page
    assert "Rank again" in page


def test_measured_agreement_stands_beside_opinion(reader: Client, study: ObjectivityStudy) -> None:
    irony = study.projects.get(slug="irony")
    annotate(irony, ["irony-yes", "irony-yes", "irony-no"])
    say(study, "ann", "irony", "news", "news")

    rank(reader)
    page = text_of(reader, HOME)

    assert "1 text, 3.0 votes each, 2 labels" in page
    assert "1 task of 3 has votes; from 4 on" in page


def test_a_second_click_is_not_a_second_job(reader: Client, study: ObjectivityStudy) -> None:
    say(study, "ann", "irony", "news", "news")

    reader.post(f"{HOME}rank/")
    reader.post(f"{HOME}rank/")

    assert Job.objects.count() == 1
    assert "data-active" in text_of(reader, HOME)


def test_a_job_that_failed_says_why(reader: Client, study: ObjectivityStudy) -> None:
    reader.post(f"{HOME}rank/")
    job = Job.objects.get()
    jobs.run_job.func(job.pk)

    assert "no comparison" in text_of(reader, HOME) or "Nobody" in text_of(reader, HOME)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
