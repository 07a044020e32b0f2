"""Pairs on Label Studio: sent once, answers converge, other fronts' answers stay."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from curation.errors import FrontProblem, NothingToDo
from curation.label_studio.fake import FakeLabelStudio
from curation.label_studio.payload import tasks_to_json
from curation.models import ObjectivityStudy
from curation.services.objectivity import remote
from curation.services.objectivity.remote import pull_comparisons, push_pairs, remote_name
from curation.services.objectivity.studies import add_projects
from tests.curation.objectivity.rows import make_study, say
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db
URL = "fake:here"
PASSWORD = "only for tests 1"


@pytest.fixture
def study() -> ObjectivityStudy:
    return make_study()


@pytest.fixture
def fake(tmp_path: Path) -> FakeLabelStudio:
    return FakeLabelStudio(tmp_path / "front.sqlite3")


class Crowd:
    """People at work on the pairs of a study."""

    def __init__(self, front: Any, study: ObjectivityStudy) -> None:
        assert study.remote_project is not None
        self.front, self.ids = front, front.task_ids(study.remote_project)

    def answer(self, who: str, pair: str, code: str) -> None:
        session = self.front.annotator(f"{who}@crowd.local", password=PASSWORD, name=who)
        key = str(uuid.uuid4())
        if code:
            session.annotate(self.ids[pair], code, unique_id=key, seconds=7.5)
        else:
            session.skip(self.ids[pair], unique_id=key)
        session.close()


def pushed(study: ObjectivityStudy, front: FakeLabelStudio) -> Crowd:
    push_pairs(study, front, url=URL)
    return Crowd(front, study)


def words(study: ObjectivityStudy) -> dict[tuple[str, str], str | None]:
    rows = study.comparisons.values_list("annotator", "pair", "winner__slug")
    return {(annotator, pair): winner for annotator, pair, winner in rows}


def test_every_pair_is_sent_once(study: ObjectivityStudy, fake: FakeLabelStudio) -> None:
    first = push_pairs(study, fake, url=URL)
    second = push_pairs(study, fake, url=URL)

    assert (first.pairs, first.sent, second.sent) == (3, 3, 0)
    assert set(fake.task_ids(first.remote_project)) == {"irony|news", "irony|spam", "news|spam"}
    with fake.storage.transaction() as database:
        overlap, config = database.execute("SELECT overlap, config FROM project").fetchone()
    assert overlap == study.per_pair
    codes = [choice.get("alias") for choice in ET.fromstring(config).iter("Choice")]
    assert codes == ["left", "right", "cannot_say"]


def test_a_pair_carries_both_tasks_as_they_are(study: ObjectivityStudy) -> None:
    irony = study.projects.get(slug="irony")
    irony.description = "Is it <b>irony</b> & $text?"
    irony.save()
    make_example(irony, "So \x01 true", split="train", gold="irony-yes")

    sides = remote.shown_there(study)["irony|news"]
    sent = tasks_to_json([remote._task(sides)], batch="one")[0]["data"]

    side = "left" if sides.left == irony else "right"
    assert sent["external_id"] == "irony|news"
    assert sent[side] == (
        "irony\nIs it <b>irony</b> & $text?\n\n■ irony-yes\n   “So ␁ true”\n■ irony-no"
    )


def test_a_dry_run_sends_nothing(study: ObjectivityStudy, fake: FakeLabelStudio) -> None:
    result = push_pairs(study, fake, url=URL, dry_run=True)

    assert (result.pairs, result.sent) == (3, 0)
    assert study.remote_project is None


def test_answers_come_back_as_who_said_what(study: ObjectivityStudy, fake: FakeLabelStudio) -> None:
    crowd = pushed(study, fake)
    sides = remote.shown_there(study)
    crowd.answer("ann", "irony|news", "left")
    crowd.answer("ann", "irony|spam", "cannot_say")
    crowd.answer("bob", "irony|news", "right")
    crowd.answer("bob", "news|spam", "")

    result = pull_comparisons(study, fake)

    ann, bob = remote_name("ann@crowd.local"), remote_name("bob@crowd.local")
    assert result.comparisons == 4
    assert words(study) == {
        (ann, "irony|news"): sides["irony|news"].left.slug,
        (ann, "irony|spam"): None,
        (bob, "irony|news"): sides["irony|news"].right.slug,
        (bob, "news|spam"): None,
    }
    assert "ann@" not in ann
    assert study.comparisons.filter(annotator=ann, seconds=7.5).count() == 2


def test_edits_and_deletions_converge(study: ObjectivityStudy, fake: FakeLabelStudio) -> None:
    crowd = pushed(study, fake)
    sides = remote.shown_there(study)["irony|news"]
    crowd.answer("ann", "irony|news", "left")
    crowd.answer("bob", "irony|news", "left")
    pull_comparisons(study, fake)

    fake.storage.edit_annotation(1, ["right"])
    fake.storage.delete_annotation(2)
    pull_comparisons(study, fake)
    pull_comparisons(study, fake)

    assert words(study) == {(remote_name("ann@crowd.local"), "irony|news"): sides.right.slug}


def test_what_was_said_elsewhere_stays(study: ObjectivityStudy, fake: FakeLabelStudio) -> None:
    crowd = pushed(study, fake)
    say(study, "visitor-1", "irony", "news", "news")
    crowd.answer("ann", "irony|news", "left")
    pull_comparisons(study, fake)

    fake.storage.delete_annotation(1)
    pull_comparisons(study, fake)

    assert words(study) == {("visitor-1", "irony|news"): "news"}


def test_answers_that_are_none_are_counted_with_their_reason(
    study: ObjectivityStudy, fake: FakeLabelStudio
) -> None:
    crowd = pushed(study, fake)
    crowd.answer("ann", "irony|news", "both")
    crowd.answer("bob", "irony|news", "left")
    crowd.answer("bob", "irony|news", "right")
    crowd.answer("cy", "irony|news", "left")
    fake.storage.edit_annotation(4, ["left", "right"])

    result = pull_comparisons(study, fake)

    assert result.comparisons == 1
    assert result.set_aside == {"unknown_label": 1, "repeated": 1, "several_labels": 1}


def test_new_pairs_are_sent_beside_the_old_ones(
    study: ObjectivityStudy, fake: FakeLabelStudio
) -> None:
    crowd = pushed(study, fake)
    crowd.answer("ann", "irony|news", "left")
    make_project("humour")
    add_projects(study, ["humour"])

    assert push_pairs(study, fake, url=URL).sent == 3
    assert pull_comparisons(study, fake).comparisons == 1


def test_answers_of_a_lost_remote_project_are_kept(
    study: ObjectivityStudy, fake: FakeLabelStudio
) -> None:
    crowd = pushed(study, fake)
    crowd.answer("ann", "irony|news", "left")
    pull_comparisons(study, fake)
    assert study.remote_project is not None
    fake.delete_project(study.remote_project)

    result = push_pairs(study, fake, url=URL)
    pull_comparisons(study, fake)

    assert result.moved == 1
    assert study.comparisons.get().annotator.startswith("earlier-")


def test_a_push_that_broke_off_goes_on(study: ObjectivityStudy, fake: FakeLabelStudio) -> None:
    fake.fail_next("import")
    with pytest.raises(FrontProblem):
        push_pairs(study, fake, url=URL)

    assert push_pairs(study, fake, url=URL).sent == 3


def test_a_pull_that_broke_off_goes_on(study: ObjectivityStudy, fake: FakeLabelStudio) -> None:
    crowd = pushed(study, fake)
    crowd.answer("ann", "irony|news", "left")
    fake.fail_next("read")
    with pytest.raises(FrontProblem):
        pull_comparisons(study, fake)

    assert pull_comparisons(study, fake).comparisons == 1


def test_what_was_never_sent_cannot_come_back(
    study: ObjectivityStudy, fake: FakeLabelStudio
) -> None:
    with pytest.raises(NothingToDo, match="objectivity push tasks"):
        pull_comparisons(study, fake)


def test_programs_on_the_front_have_names_of_their_own() -> None:
    assert remote_name("sim-3@simulated.concord.invalid") == "program-sim-3"
