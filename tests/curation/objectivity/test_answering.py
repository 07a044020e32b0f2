"""Pairs handed out and answered: each person each pair once, the least compared one first."""

from __future__ import annotations

import pytest

from curation.errors import AnnotationRefused, BadInput, ProjectNotFound
from curation.models import ObjectivityStudy
from curation.services.objectivity.answering import (
    answer_comparison,
    next_comparison,
    standing_of,
    take_back,
)
from curation.services.objectivity.studies import (
    add_projects,
    create_study,
    get_study,
    pairs_of,
    progress_of,
)
from tests.curation.objectivity.rows import make_study, say
from tests.factories import make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> ObjectivityStudy:
    return make_study()


def answer_all(study: ObjectivityStudy, annotator: str) -> list[str]:
    """Answer whatever is asked, always for the left one; the pairs in order."""
    pairs = []
    while (sides := next_comparison(study, annotator)) is not None:
        answer_comparison(study, annotator, sides.pair, sides.left)
        pairs.append(sides.pair)
    return pairs


def test_everybody_is_asked_about_each_pair_once_until_each_has_enough(
    study: ObjectivityStudy,
) -> None:
    asked = [answer_all(study, f"ann-{number}") for number in range(4)]

    assert [sorted(pairs) for pairs in asked[:3]] == [["irony|news", "irony|spam", "news|spam"]] * 3
    assert asked[3] == []
    assert progress_of(study).due == 0


def test_the_least_compared_pair_is_asked_about_first(study: ObjectivityStudy) -> None:
    say(study, "ann", "irony", "news", "news")
    say(study, "ann", "irony", "spam", "spam")

    assert [next_comparison(study, f"bob-{n}").pair for n in range(5)] == ["news|spam"] * 5  # type: ignore[union-attr]


def test_nobody_is_asked_more_often_than_was_said() -> None:
    study = make_study(per_annotator=2)

    assert len(answer_all(study, "ann")) == 2
    assert standing_of(study, "ann").finished


def test_sides_are_shuffled_between_people_and_stay_for_one(study: ObjectivityStudy) -> None:
    seen = [next_comparison(study, f"ann-{n}") for n in range(60)]
    lefts = [sides.left.slug for sides in seen if sides is not None and sides.pair == "irony|news"]

    assert 0 < lefts.count("irony") < len(lefts)
    assert next_comparison(study, "ann-0") == next_comparison(study, "ann-0")


def test_the_same_answer_twice_is_one_comparison(study: ObjectivityStudy) -> None:
    irony = study.projects.get(slug="irony")

    first = answer_comparison(study, "ann", "irony|news", irony, 4.5)
    second = answer_comparison(study, "ann", "irony|news", irony, 9.0)

    assert (first.repeated, second.repeated) == (False, True)
    assert [(c.winner, c.seconds) for c in study.comparisons.all()] == [(irony, 4.5)]


def test_an_answer_may_be_changed_until_all_are_given() -> None:
    study = make_study(per_annotator=2)
    say(study, "ann", "irony", "news", "irony")
    say(study, "ann", "irony", "news", "")
    assert study.comparisons.get().winner is None

    say(study, "ann", "irony", "spam", "spam")
    with pytest.raises(AnnotationRefused, match="all you were asked") as refused:
        say(study, "ann", "irony", "news", "news")

    assert refused.value.status == 409
    assert study.comparisons.get(pair="irony|news").winner is None


def test_the_last_answer_can_be_taken_back_and_its_pair_comes_again(
    study: ObjectivityStudy,
) -> None:
    say(study, "ann", "irony", "news", "irony")
    say(study, "ann", "news", "spam", "spam")

    pair = take_back(study, "ann")

    assert pair == "news|spam"
    sides = next_comparison(study, "ann", again=pair)
    assert sides is not None
    assert sides.pair == pair
    assert study.comparisons.get().pair == "irony|news"


def test_a_pair_of_another_study_or_a_third_task_is_refused(study: ObjectivityStudy) -> None:
    stranger = make_project("humour")

    with pytest.raises(AnnotationRefused) as unknown:
        answer_comparison(study, "ann", "humour|irony", None)
    with pytest.raises(AnnotationRefused) as third:
        answer_comparison(study, "ann", "irony|news", stranger)
    with pytest.raises(AnnotationRefused):
        take_back(study, "ann")

    assert (unknown.value.status, third.value.status) == (404, 400)
    assert not study.comparisons.exists()


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf"), 1e9])
def test_what_cannot_be_a_time_is_not_kept(study: ObjectivityStudy, seconds: float) -> None:
    answer_comparison(study, "ann", "irony|news", None, seconds)

    assert study.comparisons.get().seconds is None


def test_projects_can_be_added_and_what_was_answered_stays(study: ObjectivityStudy) -> None:
    make_project("humour")
    say(study, "ann", "irony", "news", "irony")

    assert add_projects(study, ["humour", "spam"]) == 1
    assert len(pairs_of(study)) == 6
    assert study.comparisons.count() == 1


@pytest.mark.parametrize(
    ("slugs", "options", "sentence"),
    [
        (["irony"], {}, "two projects"),
        (["irony", "irony"], {}, "more than once"),
        (["irony", "news"], {"per_pair": 0}, "0 comparisons of each pair"),
        (["irony", "news"], {"per_annotator": 5000}, "5000 comparisons by each annotator"),
        (["irony", "news"], {"title": "x" * 201}, "201 characters"),
    ],
)
def test_a_study_that_asks_nothing_is_not_made(
    study: ObjectivityStudy, slugs: list[str], options: dict[str, int], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        create_study("other", slugs, **options)  # type: ignore[arg-type]

    assert ObjectivityStudy.objects.count() == 1


def test_studies_have_names_of_their_own(study: ObjectivityStudy) -> None:
    with pytest.raises(BadInput, match="already"):
        create_study("tasks", ["irony", "news"])
    with pytest.raises(BadInput, match="cannot name a study"):
        create_study("No blanks", ["irony", "news"])
    with pytest.raises(ProjectNotFound):
        create_study("other", ["irony", "nothing"])
    with pytest.raises(BadInput, match="no study 'other'"):
        get_study("other")
