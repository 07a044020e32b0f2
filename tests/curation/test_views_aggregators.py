"""The page about aggregators: what flips, who refuses and why, when it is worked out."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest
from django.test import Client

from curation import job_handlers
from curation.aggregation.compare import Comparison
from curation.models import Annotation, Job, Project
from curation.progress import silent
from curation.reporting.aggregators import method_rows
from curation.services.aggregating.comparing import kept_comparison
from curation.services.predictions import NewPrediction, attach_predictions
from curation.services.report.examples import styles_of
from tests.curation.explorer.scores_made import store_scores
from tests.curation.pages import text_of
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db

PAGE = "/projects/jokes/agreement/aggregators/"


@pytest.fixture
def project() -> Project:
    """ann-1 and ann-2 agree always; ann-3 always says joke, and once has a split text to itself."""
    project = make_project()
    for number in range(6):
        label = "joke" if number % 2 else "news"
        example = make_example(project, f"text number {number}", name=f"both-{number}", gold=label)
        annotate(project, [label, label, "joke"], example=example)
    split = make_example(project, "a text that splits them", name="split", gold="news")
    annotate(project, ["news", None, "joke"], example=split)
    return project


def compare(project: Project) -> dict[str, object]:
    return job_handlers.aggregators(project, {}, silent)


def test_before_it_is_worked_out_the_page_offers_to(admin_client: Client, project: Project) -> None:
    page = text_of(admin_client, PAGE)

    assert "Compare all aggregators" in page

    admin_client.post(f"{PAGE}compare/")
    admin_client.post(f"{PAGE}compare/")

    assert list(Job.objects.values_list("kind", flat=True)) == ["aggregators"]


def test_with_no_votes_the_page_says_what_belongs_here(admin_client: Client) -> None:
    make_project()

    page = text_of(admin_client, PAGE)

    assert "stands here once people have voted" in page
    assert "To the rounds" in page


def test_the_job_says_what_it_found(project: Project) -> None:
    result = compare(project)

    assert (result["examples"], result["votes"], result["flipping"]) == (7, 20, 1)
    assert result["refused"] == ["mmsr", "crowdlab"]


def test_the_page_shows_the_flip_with_who_says_what(admin_client: Client, project: Project) -> None:
    compare(project)

    page = unescape(text_of(admin_client, PAGE)).replace("\xa0", " ")

    assert "14 % (1 of 7) of the texts get another label" in page
    assert "a text that splits them" in page
    assert "text number 0" not in page
    assert "Majority" in page.split("a text that splits them")[1]
    assert "Dawid-Skene" in page.split("a text that splits them")[1]
    assert "100 % (7 of 7)" in page  # right on gold


def test_who_refuses_stands_there_with_the_reason(admin_client: Client, project: Project) -> None:
    compare(project)

    page = unescape(text_of(admin_client, PAGE))

    assert "CROWDLAB weighs votes against a classifier" in page
    assert "no classifier has judged 7 of the 7 examples" in page


def test_with_predictions_crowdlab_answers(admin_client: Client, project: Project) -> None:
    rows = [
        NewPrediction(example=example.external_id, probs={"joke": 0.3, "news": 0.7})
        for example in project.examples.all()
    ]
    attach_predictions(project, "training:1", rows)

    result = compare(project)

    assert result["refused"] == ["mmsr"]


def test_new_votes_make_a_kept_comparison_old(admin_client: Client, project: Project) -> None:
    compare(project)
    known = kept_comparison(project)
    assert known is not None
    assert known.fresh
    assert "Compare anew" not in text_of(admin_client, PAGE)

    annotate(project, ["joke", "joke", "news"])

    assert "Compare anew" in text_of(admin_client, PAGE)


def test_a_text_whose_answers_are_gone_does_not_break_the_page(
    admin_client: Client, project: Project
) -> None:
    compare(project)
    Annotation.objects.filter(task__example__external_id="split").delete()

    page = text_of(admin_client, PAGE)

    assert "a text that splits them" in page


def test_a_page_beyond_the_last_is_the_last(admin_client: Client, project: Project) -> None:
    compare(project)

    assert "a text that splits them" in text_of(admin_client, f"{PAGE}?page=99")
    assert "a text that splits them" in text_of(admin_client, f"{PAGE}?page=x")


def test_a_method_that_never_gives_a_label_is_marked(
    admin_client: Client, project: Project
) -> None:
    kept = kept_comparison_with(project, labels={"glad": (7, 0)})

    rows = method_rows(kept, styles_of(project))

    assert [(row.title, row.never) for row in rows if row.never] == [("GLAD", "news")]


def kept_comparison_with(project: Project, *, labels: dict[str, tuple[int, ...]]) -> Comparison:
    """The project's comparison, with other numbers of texts per label for some methods."""
    compare(project)
    known = kept_comparison(project)
    assert known is not None
    methods = tuple(
        replace(one, labels=labels.get(one.name, one.labels)) for one in known.found.methods
    )
    return replace(known.found, methods=methods)


@pytest.mark.parametrize(("target", "shown"), [("test", True), ("held_out", False)])
def test_an_expected_score_is_shown_where_methods_can_be_compared_by_it(
    admin_client: Client, project: Project, target: str, shown: bool
) -> None:
    compare(project)
    job = store_scores(project)
    job.result |= {"target": target}
    job.save(update_fields=["result"])
    score = job.result["references"][0]["score"]

    row = text_of(admin_client, PAGE).split("What is kept under each")[-1].split("</tr>")[1]

    assert (f"{score['mean']:.3f}" in row) is shown
    assert ("explore</a>" in row) is not shown
