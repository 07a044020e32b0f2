"""`manage.py objectivity`: every verb, for people and as JSON."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from curation.label_studio.fake import FakeLabelStudio
from curation.models import ObjectivityStudy
from tests.curation.objectivity.rows import make_study, say
from tests.factories import annotate, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> ObjectivityStudy:
    return make_study()


def told(*words: Any) -> str:
    out = StringIO()
    call_command("objectivity", *map(str, words), stdout=out)
    return out.getvalue()


def asked(*words: Any) -> Any:
    return json.loads(told(*words, "--json"))


def test_a_study_is_begun_and_grows() -> None:
    for slug in ("irony", "news", "spam"):
        make_project(slug)

    begun = asked("create", "tasks", "irony", "news", "--per-pair", 4, "--title", "Our tasks")
    grown = asked("add", "tasks", "spam")

    assert (begun["title"], begun["pairs"], begun["wanted"]) == ("Our tasks", 1, 4)
    assert (grown["projects"], grown["due"]) == (3, 12)
    assert "0 of 12 comparisons by 0 people" in told("status", "tasks")


def test_a_link_leads_into_the_study(study: ObjectivityStudy, client: Any, settings: Any) -> None:
    settings.CONCORD_PUBLIC_URL = "http://testserver/"

    link = asked("link", "tasks", "--for", "ann-77")["link"]

    assert client.get(link, follow=True).status_code == 200
    with pytest.raises(CommandError, match="cannot live 0 days"):
        told("link", "tasks", "--days", 0)


def test_a_file_is_tried_and_then_imported(study: ObjectivityStudy, tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    path.write_text("annotator,left,right,winner\nann,irony,news,news\nann,irony,x,x\n")

    with pytest.raises(CommandError, match="'x' is not in the study"):
        told("import", "tasks", path)
    tried = asked("import", "tasks", path, "--skip-bad", "--dry-run")
    assert (tried["added"], study.comparisons.count()) == (1, 0)

    done = asked("import", "tasks", path, "--skip-bad")
    assert (done["added"], study.comparisons.count()) == (1, 1)
    assert [row["line"] for row in done["skipped"]] == [3]


def test_pairs_go_to_label_studio_and_answers_come_back(
    study: ObjectivityStudy, tmp_path: Path
) -> None:
    url = f"fake:{tmp_path / 'front.sqlite3'}"
    named = ("--label-studio-url", url, "--token", "none")
    front = FakeLabelStudio(tmp_path / "front.sqlite3")

    assert "Nothing was sent" in told("push", "tasks", "--dry-run", *named)
    pushed = asked("push", "tasks", *named)
    assert (pushed["pairs"], pushed["sent"]) == (3, 3)

    task = front.task_ids(pushed["remote_project"])["irony|news"]
    session = front.annotator("ann@crowd.local", password="only for tests 1", name="Ann")
    session.annotate(task, "left", unique_id="one", seconds=3)
    pulled = asked("pull", "tasks", "--token", "none")

    assert (pulled["comparisons"], pulled["set_aside"]) == (1, {})
    assert "1 comparison from Label Studio" in told("pull", "tasks", "--token", "none")


def test_tasks_are_ranked_with_their_measured_agreement(study: ObjectivityStudy) -> None:
    with pytest.raises(CommandError, match="no comparison that names a winner"):
        told("rank", "tasks")
    annotate(study.projects.get(slug="spam"), ["spam-yes", "spam-yes"])
    for person in ("ann", "bob", "cy"):
        say(study, person, "irony", "news", "news")
        say(study, person, "news", "spam", "spam")

    found = asked("rank", "tasks")

    assert [row["slug"] for row in found["rows"]] == ["spam", "news", "irony"]
    assert [row["stars"] for row in found["rows"]] == [1, 3, 5]
    assert found["rows"][0]["measured"]["mean_agreement"] == 1.0
    assert (found["decided"], found["annotators"], found["cycles"]) == (6, 3, [])
    assert "1*  spam" in told("rank", "tasks")


@pytest.mark.parametrize("verb", ["status", "link", "push", "pull", "rank"])
def test_a_study_that_is_not_there_is_said_so(verb: str) -> None:
    with pytest.raises(CommandError, match="no study 'tasks'"):
        told(verb, "tasks")
