from __future__ import annotations

import pytest
from django.test import Client

from curation.models import Project
from generation.models import GenerationRun
from generation.services.showing.mismatches import mismatch_report
from tests.generation.pages.asking import make_call, make_draft, make_run, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(project: Project) -> GenerationRun:
    """Four texts labelled a second time: two jokes about tea, of which one reads like news; two
    news about trains, of which one is nothing of the set."""
    run = make_run(project, params={"identity": "", "label_last": "labelling-1"}, method="topic")
    joke, news = project.labels.order_by("position")
    tea = make_call(run, "joke", cell={"topic": "tea"})
    trains = make_call(run, "news", cell={"topic": "trains"})
    judge = make_call(run, "joke", kind="label", conversation=0)
    make_draft(tea, "One.", labelled_by=judge, assigned_label=joke)
    make_draft(tea, "Two.", "label_mismatch", labelled_by=judge, assigned_label=news)
    make_draft(trains, "Three.", labelled_by=judge, assigned_label=news)
    make_draft(trains, "Four.", "label_unknown", labelled_by=judge)
    return run


def test_mismatches_are_counted_by_prompt_label_and_topic(
    project: Project, run: GenerationRun
) -> None:
    report = mismatch_report(project)

    def counts(tallies: list) -> dict[str, tuple[int, int, int]]:  # type: ignore[type-arg]
        return {one.title: (one.labelled, one.other, one.none) for one in tallies}

    assert counts([report.total]) == {"all": (4, 1, 1)}
    assert counts(report.by_prompt) == {"Topic (zero_shot-1), tiny": (4, 1, 1)}
    assert counts(report.by_label) == {"joke": (2, 1, 0), "news": (2, 0, 1)}
    assert counts(report.by_value["topic"]) == {"tea": (2, 1, 0), "trains": (2, 0, 1)}
    assert report.by_label[0].others == {"news": 1}


def test_the_runs_page_shows_mismatches_by_label(
    reader: Client, project: Project, run: GenerationRun
) -> None:
    page = page_of(reader, "runs/1/").split("Labelled a second time")[1]

    assert "1 as news" in page
    assert "50\N{NO-BREAK SPACE}% (1 of 2)" in page


@pytest.mark.parametrize("path", ["mismatches/", "runs/1/mismatches/"])
def test_the_report_begins_with_a_share_and_its_n(
    reader: Client, project: Project, run: GenerationRun, path: str
) -> None:
    page = page_of(reader, path)

    assert "gave 50\N{NO-BREAK SPACE}% (2 of 4) texts another label" in page
    assert "By topic" in page


def test_a_run_without_a_second_pass_is_left_out(reader: Client, project: Project) -> None:
    make_draft(make_call(make_run(project)), "Text.")

    assert "Labelled a second time" not in page_of(reader, "runs/1/")
    assert "No text has been labelled a second time yet." in page_of(reader, "mismatches/")
