"""Pairs of tasks on any front: shown side by side, answered, brought back, changed."""

from __future__ import annotations

from contextlib import closing
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from curation.label_studio.client import LabelStudioClient
from curation.label_studio.comparing import comparison_config
from curation.label_studio.records import LabelChoice
from curation.models import ObjectivityStudy
from curation.services.objectivity.remote import (
    pull_comparisons,
    push_pairs,
    remote_name,
    shown_there,
)
from tests.curation.label_studio.asking import PASSWORD, unique_id
from tests.curation.objectivity.rows import make_study


@pytest.fixture
def study(front: Any) -> Any:
    study = make_study()
    irony = study.projects.get(slug="irony")
    irony.description = 'Is it <b>irony</b> & "$text"? 👀'
    irony.save()
    yield study
    if study.remote_project is not None:
        front.delete_project(study.remote_project)


def test_what_is_shown_is_escaped_and_no_word_is_replaced() -> None:
    config = comparison_config(
        [LabelChoice(code="left", title='<i>"left"</i> & $other')], question="Which <one>, $left?"
    )

    view = ET.fromstring(config)

    [choice] = view.iter("Choice")
    assert choice.get("alias") == "left"
    assert choice.get("value") == '<i>"left"</i> & $\u2060other'
    assert view.find("Header").get("value") == "Which <one>, $\u2060left?"  # type: ignore[union-attr]
    assert [box.get("value") for box in view.iter("Text")] == ["$left", "$right"]


@pytest.mark.django_db
def test_people_compare_on_a_front_and_their_answers_converge(
    front: Any, study: ObjectivityStudy
) -> None:
    first, second = push_pairs(study, front, url=front.url), push_pairs(study, front, url=front.url)
    tasks = front.task_ids(first.remote_project)
    assert (first.sent, second.sent, len(tasks)) == (3, 0, 3)

    for who, code in (("ann", "left"), ("bob", "right"), ("cy", "cannot_say")):
        address = f"{who}@compare.local"
        with closing(front.annotator(address, password=PASSWORD, name=who)) as person:
            person.annotate(tasks["irony|news"], code, unique_id=unique_id(), seconds=4.0)
    with closing(front.annotator("ann@compare.local", password=PASSWORD, name="ann")) as person:
        person.skip(tasks["news|spam"], unique_id=unique_id())
    pulled = pull_comparisons(study, front)

    sides = shown_there(study)["irony|news"]
    said = study.comparisons.filter(pair="irony|news").values_list("annotator", "winner__slug")
    assert pulled.comparisons == 4
    assert dict(said) == {
        remote_name("ann@compare.local"): sides.left.slug,
        remote_name("bob@compare.local"): sides.right.slug,
        remote_name("cy@compare.local"): None,
    }
    assert pull_comparisons(study, front).comparisons == 4


@pytest.mark.live
@pytest.mark.django_db
def test_a_real_server_shows_both_tasks_as_they_are(real: LabelStudioClient) -> None:
    study = make_study()
    irony = study.projects.get(slug="irony")
    irony.description = 'Is it <b>irony</b> & "$text"? 👀'
    irony.save()

    pushed = push_pairs(study, real, url=real.url)
    task_id = real.task_ids(pushed.remote_project)["irony|news"]
    stored = real._transport.get(f"/api/tasks/{task_id}/", doing="look")["data"]
    real.delete_project(pushed.remote_project)

    side = "left" if shown_there(study)["irony|news"].left == irony else "right"
    assert stored[side].startswith('irony\nIs it <b>irony</b> & "$text"? 👀\n\n■ irony-yes')
    assert set(stored) == {"left", "right", "text", "external_id", "push_batch"}
