"""The report: what it says, and that it says no more than is known."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from curation.errors import BadInput
from curation.models import Project
from curation.services.report import (
    measured_summary,
    report_story,
    report_summary,
    write_report,
)
from curation.services.report.scores import named_scores, summary_sources
from tests.factories import annotate, make_curated, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


def scores(**changes: Any) -> dict[str, Any]:
    interval = {"mean": 0.6, "std": 0.01, "low": 0.55, "high": 0.65}
    return {"macro_f1": interval, "accuracy": interval, "seeds": 3, "train_rows": 6} | changes


def summary_of(project: Project, **changes: Any) -> dict[str, Any]:
    return measured_summary(project) | changes


def report_of(project: Project, summary: dict[str, Any], folder: Path) -> str:
    return write_report(project, summary, folder / "report.html").read_text(encoding="utf-8")


def test_the_file_needs_nothing_beside_it(project: Project, tmp_path: Path) -> None:
    make_curated(project)

    page = report_of(project, summary_of(project), tmp_path)

    assert not re.search(r"<(script|link|img|iframe|object)\b|\ssrc=|@import|url\(", page)
    assert not re.findall(r'href="(?!#)', page)
    assert "<style>" in page


def test_the_same_rows_and_summary_give_the_same_bytes(project: Project, tmp_path: Path) -> None:
    make_curated(project)
    summary = summary_of(project, scores={"synthetic": scores()}, seconds={"train": 61.0})

    assert report_of(project, summary, tmp_path) == report_of(project, summary, tmp_path)


@pytest.mark.parametrize("votes", [False, True], ids=["no votes", "no version"])
def test_a_project_that_has_just_begun_has_a_report_too(
    project: Project, tmp_path: Path, votes: bool
) -> None:
    if votes:
        annotate(project, ["joke", "news", "joke"])

    page = report_of(project, summary_of(project), tmp_path)

    assert "No classifier has been trained yet" in page


def test_a_summary_of_nothing_but_a_name_is_enough(project: Project, tmp_path: Path) -> None:
    make_curated(project)

    assert "jokes" in report_of(project, {"project": "jokes"}, tmp_path)


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(BadInput, match="cannot be written"):
        write_report(project, summary_of(project), tmp_path / "file" / "report.html")

    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["file"]


def test_the_global_policy_is_seen_to_drop_one_label_first(project: Project) -> None:
    make_curated(project)

    story = report_story(project, summary_of(project))

    everywhere, within = story.policies
    assert [(row.kept, row.dropped) for row in everywhere.outcomes] == [(2, 3), (4, 1)]
    assert everywhere.finding.startswith("“joke” loses most: 40\u00a0% (2 of 5) stay")
    assert within.finding.startswith("Every label keeps a similar share")
    assert "Kept within label, every label keeps a similar share." in story.words.in_short[1]


def test_examples_that_only_one_policy_keeps_are_shown(project: Project) -> None:
    make_curated(project)

    groups = {group.title: group for group in report_story(project, summary_of(project)).groups}

    only_within = groups["Dropped by the global γ, kept within label"]
    only_global = groups["Kept by the global γ, dropped within label"]
    assert [card.label and card.label.name for card in only_within.cards] == ["joke"]
    assert [card.label and card.label.name for card in only_global.cards] == ["news"]


def comparison(**changes: Any) -> dict[str, Any]:
    found = {"a": "curated", "b": "random_same_size", "difference": 0.02, "seeds": 3}
    return found | {"low": 0.01, "high": 0.03} | changes


@pytest.mark.parametrize(
    ("changes", "said", "not_said"),
    [
        ({}, "macro-F1 0.020 higher at 3 seeds", "no difference"),
        ({"low": -0.01}, "no difference can be seen at 3 seeds", "higher at"),
        ({"difference": -0.02, "low": -0.03, "high": -0.01}, "macro-F1 0.020 lower", "no diff"),
        ({"seeds": 1, "low": 0.0}, "no difference can be seen at 1 seed (", "higher at"),
        ({"seeds": 1, "low": None, "high": None}, "at 1 seed; whether that is chance", "interval"),
        ({"p": 0.01, "p_holm": 0.02}, "p = 0.010, corrected 0.020).", "not among all"),
        ({"p": 0.04, "p_holm": 0.08}, "but not among all that is compared here", "no difference"),
        ({"p": 0.3, "p_holm": 0.3, "low": -0.01}, "p = 0.300).", "corrected"),
    ],
)
def test_a_comparison_claims_no_more_than_its_interval(
    project: Project, changes: dict[str, Any], said: str, not_said: str
) -> None:
    summary = summary_of(project, comparisons=[comparison(**changes)])

    sentence = report_story(project, summary).comparisons[0]

    assert said in sentence
    assert not_said not in sentence


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"low": None, "high": None}, "not tested, which takes 3 seeds"),
        ({"p": 0.02, "p_holm": 0.08}, ", corrected p = 0.080"),
    ],
)
def test_the_figure_of_a_difference_says_how_sure_it_is(
    project: Project, changes: dict[str, Any], detail: str
) -> None:
    summary = summary_of(project, comparisons=[comparison(**changes)])

    details = [figure.detail for figure in report_story(project, summary).words.figures]

    assert any(one.endswith(detail) for one in details)


def test_a_source_that_collapsed_to_one_label_is_flagged(project: Project, tmp_path: Path) -> None:
    summary = summary_of(project, scores={"real": scores()}, collapsed=["real"])

    page = report_of(project, summary, tmp_path)

    assert "collapsed to one label" in page
    assert "named nearly always the same label" in page


@pytest.mark.parametrize(
    ("recipes", "said"),
    [
        (("a", "a"), "for the same number of steps"),
        (("a", "b"), "not all of these scores can be compared"),
        (("a", ""), ""),
    ],
)
def test_sources_are_called_comparable_only_when_they_are(
    project: Project, recipes: tuple[str, str], said: str
) -> None:
    found = dict(zip(("synthetic", "curated"), recipes, strict=True))
    entries = {name: scores(recipe=recipe) for name, recipe in found.items()}

    recipe = report_story(project, summary_of(project, scores=entries)).words.recipe

    assert said in recipe
    assert bool(said) == bool(recipe)


def test_a_stand_in_for_a_test_set_is_named_as_one(project: Project, tmp_path: Path) -> None:
    rows = {"name": "few-shot recordings", "rows": 300, "stand_in": True}

    page = report_of(project, summary_of(project, test_set=rows), tmp_path)

    assert "Stand-in test set." in page
    assert "300 rows (few-shot recordings)" in page


def test_texts_of_a_stand_in_are_never_called_real(project: Project) -> None:
    make_curated(project)
    make_example(project, split="test", source="real", gold="joke")
    stand_in = {"name": "few-shot recordings", "rows": 1, "stand_in": True}

    words = report_story(project, summary_of(project, test_set=stand_in)).words

    assert "1 text of the stand-in" in words.generated
    assert "real" not in words.generated


def test_texts_cannot_break_out_of_the_file(project: Project, tmp_path: Path) -> None:
    make_curated(project)
    project.examples.update(text="</style><script>alert(1)</script>")

    assert "<script>" not in report_of(project, summary_of(project), tmp_path)


def test_the_summary_counts_what_the_database_holds(project: Project) -> None:
    make_curated(project)

    summary = measured_summary(project)

    assert summary["examples"]["synthetic"] == 10
    assert summary["annotation"]["annotations"] == 30
    assert summary["annotation"]["simulated"] is True
    assert summary["agreement"]["unanimous"] == 6
    assert summary["agreement"]["labels"] == {"joke": 5, "news": 5}
    assert summary["agreement"]["alpha_low"] <= summary["agreement"]["alpha"]
    assert [version["kept"] for version in summary["dataset_versions"]] == [6, 6]


def test_the_page_takes_from_the_demo_only_what_rows_cannot_tell(
    project: Project, concord_home: Path
) -> None:
    make_curated(project)
    left = {"project": "jokes", "seconds": {"train": 61}, "examples": {"synthetic": 9999}}
    (concord_home / "demo").mkdir()
    (concord_home / "demo" / "summary.json").write_text(json.dumps(left))

    summary = report_summary(project)

    assert summary["seconds"] == {"train": 61}
    assert summary["examples"]["synthetic"] == 10


@pytest.mark.parametrize("content", ["", "[]", '{"project": "other", "seconds": {"train": 1}}'])
def test_what_another_demo_left_is_not_taken(
    project: Project, concord_home: Path, content: str
) -> None:
    (concord_home / "demo").mkdir()
    (concord_home / "demo" / "summary.json").write_text(content)

    assert "seconds" not in report_summary(project)


def test_training_sources_get_the_names_of_the_newest_versions(project: Project) -> None:
    versions = make_curated(project)

    names = summary_sources(versions)

    assert names["version:1"] == "curated"
    assert names["random:2"] == "random_within_label"


def test_scores_of_older_versions_are_left_out_of_a_summary() -> None:
    table = {"scores": {"version:1": scores(), "version:2": scores(collapsed=1)}}

    named = named_scores(table, {"version:2": "curated"})

    assert list(named["scores"]) == ["curated"]
    assert named["collapsed"] == ["curated"]
