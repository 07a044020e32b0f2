"""Pages about versions: the list, freezing, what changed, and lineage."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from curation.models import Annotation, Job, Project
from curation.services.predictions import NewPrediction, attach_predictions
from tests.curation.datasets.prov_json import problems_of
from tests.curation.pages import text_of
from tests.factories import annotate, make_curated, make_example, make_project

pytestmark = pytest.mark.django_db
FREEZE = "/projects/jokes/versions/freeze/"


@pytest.fixture
def project() -> Project:
    project = make_project("jokes", labels=("joke", "news"))
    make_curated(project)
    return project


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


def test_versions_are_listed_newest_first(reader: Client, project: Project) -> None:
    page = text_of(reader, "/projects/jokes/versions/")

    assert page.index("Version 2") < page.index("Version 1")


def test_a_project_without_versions_says_what_belongs_here(reader: Client) -> None:
    make_project("empty")

    assert "No version is frozen yet" in text_of(reader, "/projects/empty/versions/")


def test_the_freeze_page_says_what_would_be_frozen(reader: Client, project: Project) -> None:
    page = text_of(reader, f"{FREEZE}?threshold=0.6&min_votes=3")

    assert "Freeze version 3 with 10 rows" in page
    assert 'name="threshold" value="0.6"' in page
    assert project.dataset_versions.count() == 2


def test_freezing_from_a_page_leads_to_the_new_version(reader: Client, project: Project) -> None:
    asked = {"way": "global", "threshold": "0.6", "train": "0.8", "test": "0.2", "note": "why"}

    answer = reader.post(FREEZE, asked, follow=True)

    assert answer.redirect_chain == [("/projects/jokes/versions/3/", 302)]
    page = answer.content.decode()
    assert "Version 3 is frozen." in page
    assert "why" in page
    assert "8 train, 2 test" in page


def test_freezing_the_same_again_leads_to_the_version_there_is(
    reader: Client, project: Project
) -> None:
    answer = reader.post(FREEZE, {"threshold": "0.9"}, follow=True)

    assert "That is version 1 already." in answer.content.decode()
    assert project.dataset_versions.count() == 2


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"threshold": "1.5"}, "The threshold is 1.5, but"),
        ({"threshold": "x"}, "Enter a number"),
        ({"threshold": "0.8", "train": "0.5"}, "add up to 0.5"),
        ({"threshold": "0.8", "min_votes": "9"}, "None of the 10 judged examples"),
        ({"threshold": "0.8", "note": "a\0b"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence_and_changes_nothing(
    reader: Client, project: Project, asked: dict[str, str], says: str
) -> None:
    answer = reader.post(FREEZE, asked)

    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert project.dataset_versions.count() == 2


def test_while_a_pull_is_running_one_says_that_one_means_it(
    reader: Client, project: Project
) -> None:
    Job.objects.create(project=project, kind="pull", state=Job.State.RUNNING)

    refused = reader.post(FREEZE, {"threshold": "0.5"})

    assert "are being fetched" in refused.content.decode()
    assert 'name="anyway"' in refused.content.decode()
    assert reader.post(FREEZE, {"threshold": "0.5", "anyway": "on"}).status_code == 302


def test_freezing_before_anybody_voted_says_what_to_do(reader: Client) -> None:
    make_project("empty")

    page = text_of(reader, "/projects/empty/versions/freeze/")

    assert "has no votes yet" in page
    assert "<button" not in page.split("<main", 1)[1]


def test_a_version_page_leads_to_its_lineage_and_to_what_changed(
    reader: Client, project: Project
) -> None:
    page = text_of(reader, "/projects/jokes/versions/2/")

    assert 'href="/projects/jokes/versions/2/lineage/"' in page
    assert 'href="/projects/jokes/versions/1/diff/2/"' in page
    assert "diff" not in text_of(reader, "/projects/jokes/versions/1/")


def test_a_diff_page_counts_and_shows_the_rows_of_one_change(
    reader: Client, project: Project
) -> None:
    page = text_of(reader, "/projects/jokes/versions/1/diff/2/")
    out = text_of(reader, "/projects/jokes/versions/1/diff/2/?show=out")
    none = text_of(reader, "/projects/jokes/versions/1/diff/2/?show=moved")

    assert "Threshold γ" in page
    assert "1: the policy changed" in page
    assert page.count("<blockquote>") == out.count("<blockquote>") == 1
    assert "dropped: outside the most agreed share" in out
    assert "No example moved to another split." in none


def test_a_diff_with_a_strange_question_shows_the_usual(reader: Client, project: Project) -> None:
    page = text_of(reader, "/projects/jokes/versions/1/diff/2/?show=all&after=x")

    assert page.count("<blockquote>") == 1


def test_a_lineage_page_draws_the_graph_and_tells_it_in_words(
    reader: Client, project: Project
) -> None:
    page = text_of(reader, "/projects/jokes/versions/1/lineage/")

    assert page.count("<g class=") == 9
    assert "Imported texts" in page
    assert "Where the texts come from" in page
    assert "agreement of at least 0.9" in page


def test_a_version_can_be_taken_along_as_prov(reader: Client, project: Project) -> None:
    answer = reader.get("/projects/jokes/versions/1/prov.json")

    assert problems_of(json.loads(answer.content)) == []
    assert 'filename="jokes-v1.prov.json"' in answer["Content-Disposition"]


def test_a_row_page_tells_votes_decisions_and_versions(reader: Client, project: Project) -> None:
    attach_predictions(
        project, "training:7", [NewPrediction(example="joke-4", probs={"joke": 0.25, "news": 0.75})]
    )

    page = text_of(reader, "/projects/jokes/versions/2/rows/joke-4/")

    assert "ann-1" in page
    assert "2 joke, 1 news (when it was frozen)" in page
    assert "aᵢ = 0.667 is below γ = 0.9." in page
    assert "Version 2 (this one)" in page
    assert "training:7" in page
    assert "0.750" in page


def test_a_row_whose_votes_are_gone_says_so(reader: Client, project: Project) -> None:
    Annotation.objects.filter(task__example__external_id="joke-0").delete()

    page = text_of(reader, "/projects/jokes/versions/1/rows/joke-0/")

    assert "Its votes are no longer there" in page


def test_a_row_whose_votes_changed_says_how(reader: Client, project: Project) -> None:
    changed = Annotation.objects.filter(task__example__external_id="joke-0").first()
    assert changed is not None
    changed.label = project.labels.get(name="news")
    changed.save(update_fields=["label"])

    page = text_of(reader, "/projects/jokes/versions/1/rows/joke-0/")

    assert "3 joke when it was frozen, 2 joke, 1 news now" in page


def test_a_row_is_found_whatever_its_id_is_made_of(reader: Client, project: Project) -> None:
    name = "g1/zero_shot/a label?/ü 100%#3"
    annotate(project, ["joke"] * 3, example=make_example(project, name=name))
    reader.post(FREEZE, {"way": "all"})

    page = text_of(reader, "/projects/jokes/versions/3/?show=kept&order=agreed")
    address = page.split(name)[0].rsplit('href="', 1)[1].split('"')[0]

    assert name in text_of(reader, address)


@pytest.mark.parametrize(
    "path", ["9/lineage/", "1/rows/nothing/", "1/diff/9/", "9/diff/1/", "9/prov.json"]
)
def test_what_is_not_there_is_not_found(reader: Client, project: Project, path: str) -> None:
    assert reader.get(f"/projects/jokes/versions/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "freeze/", "1/lineage/", "1/rows/joke-0/", "1/diff/2/"])
def test_only_people_with_an_account_get_in(client: Client, project: Project, path: str) -> None:
    assert client.get(f"/projects/jokes/versions/{path}").status_code == 302


def test_pages_ask_the_database_few_questions(
    reader: Client, project: Project, django_assert_max_num_queries: object
) -> None:
    for path in ("1/lineage/", "1/rows/joke-0/", "1/diff/2/"):
        with django_assert_max_num_queries(60):  # type: ignore[operator]
            text_of(reader, f"/projects/jokes/versions/{path}")
