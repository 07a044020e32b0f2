"""The explorer's page and the numbers its slider asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from curation.datasets import Policy, drop_reasons
from curation.models import Annotator, Job, Project
from curation.services.agreement import judge
from curation.services.exploring import evidence as exploring
from tests.curation.explorer.scores_made import store_scores
from tests.factories import annotate, make_curated, make_example, make_project

pytestmark = pytest.mark.django_db

PAGE = "/projects/jokes/explore/"
NUMBERS = "/projects/jokes/explore/numbers/"


@pytest.fixture
def client(client: Client, django_user_model: Any) -> Client:
    client.force_login(django_user_model.objects.create_user("mira", is_superuser=True))
    return client


@pytest.fixture
def project() -> Project:
    """Ten texts: γ = 0.9 keeps 2 jokes and 4 news, 60 % of each label 3 and 3."""
    project = make_project("jokes")
    make_curated(project)
    return project


def test_the_page_begins_with_a_share_of_each_label(client: Client, project: Project) -> None:
    page = client.get(PAGE).content.decode()

    assert "8 of 10 judged texts stay: the most agreed 70\u00a0% of each label." in page
    assert 'value="within_label" checked' in page
    assert "keeps its place" in page


def test_a_global_threshold_says_what_it_does_to_the_rarest_label(
    client: Client, project: Project
) -> None:
    page = client.get(PAGE, {"way": "global", "threshold": "0.9"}).content.decode()

    assert "6 of 10 judged texts stay: agreement of at least 0.9, whatever the label." in page
    assert "“joke”, the rarest label, shrinks from 50\u00a0% to 33\u00a0%" in page
    assert "40\u00a0% of it stays, against 80\u00a0% of the rest" in page


@pytest.mark.parametrize(
    ("query", "policy"),
    [
        ({"threshold": "0.9"}, Policy(threshold=0.9)),
        ({"keep_share": "0.3"}, Policy(keep_share=0.3)),
        ({"way": "all"}, Policy(keep_all=True)),
        (
            {"way": "per_label", "threshold_joke": "0.6", "threshold_news": "1"},
            Policy(label_thresholds=(("joke", 0.6), ("news", 1.0))),
        ),
        (
            {"keep_share": "0.8", "measure": "posterior", "balance": "equal"},
            Policy(keep_share=0.8, measure="posterior", balance="equal"),
        ),
    ],
)
def test_the_numbers_are_those_of_the_policy(
    client: Client, project: Project, query: dict[str, str], policy: Policy
) -> None:
    told = client.get(NUMBERS, query).json()

    kept = drop_reasons(judge(project, posterior=True).judged, policy) == ""
    assert told["kept"] == int(kept.sum())
    assert client.get(f"{NUMBERS}?{told['query']}").json()["kept"] == told["kept"]


@pytest.mark.parametrize(
    "query",
    [
        {"threshold": "0"},
        {"threshold": "2"},
        {"threshold": "nan"},
        {"threshold": "many"},
        {"way": "sideways"},
        {"aggregator": "oracle"},
        {"keep_share": "-1"},
        {"min_votes": "0"},
        {"measure": "gut"},
        {"way": "per_label", "threshold_joke": "0.5"},
        {"way": "per_label", "threshold_gossip": "0.5"},
        {"price": "cheap"},
        {"price": "-1"},
        {"price": "inf"},
        {"certainty": "1", "measure": "posterior"},
    ],
)
def test_a_bad_address_gets_a_sentence(
    client: Client, project: Project, query: dict[str, str]
) -> None:
    page, numbers = client.get(PAGE, query), client.get(NUMBERS, query)

    assert (page.status_code, numbers.status_code) == (400, 400)
    assert "This cannot be meant." in page.content.decode()
    assert numbers.json()["error"].rstrip().endswith(".")
    assert client.get("/projects/jokes/explore/margin/", query).status_code == 400


def test_a_bad_page_number_is_the_first_page(client: Client, project: Project) -> None:
    for asked in ("0", "-1", "x", "9" * 30):
        assert client.get(PAGE, {"page": asked}).status_code == 200


def test_without_votes_the_page_says_what_belongs_here(client: Client) -> None:
    make_example(make_project("jokes"))

    page = client.get(PAGE)

    assert page.status_code == 200
    assert "Nobody has judged a text" in page.content.decode()
    assert "To the rounds" in page.content.decode()
    assert client.get(NUMBERS).status_code == 400


def test_when_only_skips_were_given_the_page_says_so_too(client: Client) -> None:
    annotate(make_project("jokes"), [None, None])

    assert "Nobody has judged a text" in client.get(PAGE).content.decode()


def test_when_all_who_voted_were_set_aside_the_page_says_so_too(client: Client) -> None:
    annotate(make_project("jokes"), ["joke"])
    Annotator.objects.update(standing=Annotator.Standing.EXCLUDED)

    assert client.get(PAGE).status_code == 200
    assert client.get(NUMBERS).status_code == 400


def test_a_single_vote_can_be_explored(client: Client) -> None:
    annotate(make_project("jokes"), ["joke"])

    page = client.get(PAGE).content.decode()

    assert "1 of 1 judged text stay" in page
    assert "Only one label was found" in page


def test_a_new_vote_is_seen_at_the_next_look(client: Client, project: Project) -> None:
    client.get(PAGE)

    annotate(project, ["joke"] * 3)

    assert client.get(NUMBERS, {"way": "all"}).json()["kept"] == 11


def test_many_votes_wait_for_the_job_and_then_the_page_says_how_old_it_is(
    client: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exploring, "AT_ONCE", 5)

    assert "Laying these votes out takes a while" in client.get(PAGE).content.decode()
    assert client.get(NUMBERS).status_code == 409

    exploring.keep_evidence(project, aggregator="majority")
    assert "votes came or changed since" not in client.get(PAGE).content.decode()

    annotate(project, ["joke"] * 3)
    assert "votes came or changed since" in client.get(PAGE).content.decode()
    assert client.get(NUMBERS, {"way": "all"}).json()["kept"] == 10


def test_the_slider_stays_on_the_evidence_its_page_was_made_from(
    client: Client, project: Project
) -> None:
    found = exploring.find_evidence(project, aggregator="majority")
    assert found is not None
    annotate(project, ["joke"] * 3)

    told = client.get(NUMBERS, {"way": "all", "evidence": found.mark}).json()

    assert told["kept"] == 10


def test_a_made_up_mark_opens_no_other_file(client: Client, project: Project) -> None:
    for mark in ("../../etc", "nothere", "*"):
        assert client.get(NUMBERS, {"way": "all", "evidence": mark}).json()["kept"] == 10


def test_older_evidence_goes_when_newer_is_kept(project: Project, concord_home: Path) -> None:
    exploring.find_evidence(project, aggregator="majority")
    annotate(project, ["joke"] * 3)

    exploring.find_evidence(project, aggregator="majority")

    assert len(list((concord_home / "evidence" / "jokes").iterdir())) == 1


def test_measuring_starts_one_job_for_the_aggregator(client: Client, project: Project) -> None:
    for _ in range(2):
        answer = client.post(f"{PAGE}measure/", {"way": "global", "threshold": "0.8"})

    assert answer["Location"] == f"{PAGE}?way=global&threshold=0.8"
    job = project.jobs.get()
    assert (job.kind, job.params) == ("explore", {"aggregator": "majority"})


def test_measured_scores_stand_beside_random_with_the_recommendation(
    client: Client, project: Project
) -> None:
    store_scores(project)

    page = client.get(PAGE, {"keep_share": "0.5"}).content.decode()

    assert "Expected macro-F1 0.595." in page
    assert "That is 0.055 above random, and 0.025 above keeping every row." in page
    assert "Keep the most agreed 50 % of each label" in page
    assert 'href="?way=within_label&amp;keep_share=0.5"' in page
    assert "R² = 0.97" in page
    assert "before the newest votes" not in page
    assert "Left out" not in page


def test_judged_texts_that_a_test_text_equals_are_counted(client: Client, project: Project) -> None:
    store_scores(project, left_out=2)

    page = client.get(PAGE).content.decode()

    assert "Left out, as test texts say the same: 2 judged texts." in page


def test_scores_of_other_votes_say_so(client: Client, project: Project) -> None:
    store_scores(project)
    annotate(project, ["joke"] * 3)

    assert "measured before the newest votes" in client.get(PAGE).content.decode()


def test_that_no_threshold_helps_is_said(client: Client, project: Project) -> None:
    store_scores(project, helps=False)

    page = client.get(PAGE).content.decode()

    assert "No threshold is better than every row." in page
    assert "Show what it keeps" not in page


def test_a_result_of_another_shape_is_as_none(client: Client, project: Project) -> None:
    result = {"aggregator": "majority", "shape": "old"}
    Job.objects.create(project=project, kind="explore", state=Job.State.SUCCESSFUL, result=result)

    assert "It has not been measured yet." in client.get(PAGE).content.decode()


def test_the_price_of_a_vote_gives_the_cost_of_a_kept_text(
    client: Client, project: Project
) -> None:
    page = client.get(PAGE, {"threshold": "0.9", "price": "0.1"}).content.decode()

    assert "5.0 votes for each text that is kept; 0.500" in page  # 30 votes, 6 texts


def test_texts_next_to_the_line_are_shown_with_their_votes(
    client: Client, project: Project
) -> None:
    page = client.get(f"{PAGE}margin/", {"threshold": "0.9"}).content.decode()

    assert "1 to 6 of 6" in page
    assert "1 to 4 of 4" in page
    assert page.count('class="strip') == 10


def test_the_pages_ask_for_a_login(project: Project) -> None:
    for path in (PAGE, NUMBERS, f"{PAGE}margin/"):
        assert Client().get(path).status_code == 302


@pytest.mark.usefixtures("few_answers")
def test_pages_ask_for_the_same_number_of_queries_however_many_texts_there_are(
    client: Client, project: Project, django_assert_max_num_queries: Any
) -> None:
    client.get(NUMBERS)

    with django_assert_max_num_queries(15):
        client.get(NUMBERS)


def test_both_ways_stand_side_by_side_with_what_to_expect(client: Client, project: Project) -> None:
    store_scores(project)

    page = client.get(PAGE, {"keep_share": "0.6"}).content.decode()

    ways = page.split("Both ways to keep about as many")[1].split("</section>")[0]
    assert "Agreement of at least 1, whatever the label" in ways
    assert "Expected macro-F1 0.450, random 0.540." in ways
    assert "Expected macro-F1 0.594, random 0.546." in ways


def test_another_aggregator_is_other_evidence(client: Client, project: Project) -> None:
    page = client.get(PAGE, {"aggregator": "wawa", "keep_share": "0.6"})

    assert page.status_code == 200
    assert "6 of 10" in page.content.decode()
