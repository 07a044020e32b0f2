"""Simulated annotators: the same answers for ever, and every kind in its own way."""

from __future__ import annotations

import hashlib

import pytest

from curation.errors import BadInput
from curation.simulation import KINDS, Answer, SimulatedCrowd, parse_kinds

LABELS = ["joke", "news", "other"]


def answers_of(crowd: SimulatedCrowd, *, member: int = 0, n: int = 400) -> list[Answer]:
    person = crowd.annotators[member]
    return [
        crowd.answer(person, f"text-{number}", LABELS[number % 3], position=number)
        for number in range(n)
    ]


def accuracy(answers: list[Answer]) -> float:
    right = [answer.label == LABELS[number % 3] for number, answer in enumerate(answers)]
    return sum(right) / len(right)


def crowd_of(kind: str, **options: float) -> SimulatedCrowd:
    return SimulatedCrowd.of({kind: 1}, labels=LABELS, seed=3, **options)


def test_a_crowd_made_by_size_answers_as_it_always_did() -> None:
    # The digest was taken before there were kinds: recorded demonstrations rest on these answers.
    lines = []
    for labels in (["a", "b"], ["joke", "news", "x"]):
        for seed in (0, 7):
            crowd = SimulatedCrowd(size=8, labels=labels, seed=seed)
            for number in range(200):
                for person in crowd.assigned(f"e{number}", 5):
                    answer = crowd.answer(person, f"e{number}", labels[number % len(labels)])
                    told = (answer.external_id, answer.annotator, answer.label, answer.seconds)
                    lines.append((*told, person.ability, person.leaning, person.seconds))

    text = "".join(" ".join(map(str, line)) + "\n" for line in lines)

    assert hashlib.sha256(text.encode()).hexdigest() == (
        "653bd5b3f7a3bb272376f95c2204c4cc7a046c61be51b2513d097ec6c52642e3"
    )


def test_ordinary_annotators_are_those_of_a_crowd_made_by_size() -> None:
    plain = SimulatedCrowd(size=3, labels=LABELS, seed=5)

    told = SimulatedCrowd.of({"ordinary": 3}, labels=LABELS, seed=5)

    assert answers_of(told) == answers_of(plain)


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    crowd = crowd_of("ordinary")
    person = crowd.annotators[0]

    first = crowd.answer(person, "x", "joke")
    crowd.answer(person, "y", "news")

    assert crowd.answer(person, "x", "joke") == first


def test_kinds_differ_in_how_often_they_are_right() -> None:
    found = {kind: accuracy(answers_of(crowd_of(kind))) for kind in KINDS}

    assert found["expert"] > found["ordinary"] > found["biased"] > found["careless"]
    assert found["careless"] == pytest.approx(1 / 3, abs=0.1)
    assert found["adversarial"] < 0.2


def test_one_button_gives_one_label_and_a_pattern_takes_them_in_turn() -> None:
    one_button, pattern = answers_of(crowd_of("one_button")), answers_of(crowd_of("pattern"))

    leaning = crowd_of("one_button").annotators[0].leaning
    assert sum(answer.label == leaning for answer in one_button) > 0.97 * len(one_button)
    labels = [answer.label for answer in pattern]
    assert labels[:-3] == labels[3:]
    assert set(labels) == set(LABELS)


def test_the_biased_give_their_favourite_to_half_of_the_texts_and_more() -> None:
    crowd = crowd_of("biased")

    share = sum(a.label == crowd.annotators[0].leaning for a in answers_of(crowd)) / 400

    assert 0.5 < share < 0.85


def test_the_minority_shares_one_view_of_the_subjective_texts_only() -> None:
    crowd = SimulatedCrowd.of(
        {"expert": 40}, labels=LABELS, seed=1, hardness=0.0, subjective=0.5, minority=0.4
    )
    minority = [person for person in crowd.annotators if person.minority]

    for number in range(30):
        name = f"text-{number}"
        labels = [crowd.answer(person, name, "joke").label for person in minority]
        usual = max(set(labels), key=labels.count)
        assert (usual != "joke") == crowd.is_subjective(name)
        assert labels.count(usual) > 0.8 * len(labels)


def test_readers_repeat_themselves_and_the_careless_do_not() -> None:
    def repeats(kind: str) -> float:
        crowd = crowd_of(kind)
        person = crowd.annotators[0]
        pairs = [
            (crowd.answer(person, f"x{i}", "joke"), crowd.answer(person, f"x{i}", "joke", again=1))
            for i in range(200)
        ]
        return sum(a.label == b.label for a, b in pairs) / len(pairs)

    assert repeats("ordinary") > 0.8
    assert repeats("careless") < 0.65


def test_only_guesses_of_readers_become_skips() -> None:
    reader = answers_of(crowd_of("ordinary", skips=1.0))
    careless = answers_of(crowd_of("careless", skips=1.0))

    skipped = [answer for answer in reader if answer.skip]
    assert 0 < len(skipped) < 0.5 * len(reader)
    assert {(answer.label, answer.skip) for answer in skipped} == {("", "unclear")}
    assert not any(answer.skip for answer in careless)


@pytest.mark.parametrize(("kind", "slower"), [("ordinary", True), ("careless", False)])
def test_longer_texts_take_readers_longer(kind: str, slower: bool) -> None:
    crowd = crowd_of(kind)
    person = crowd.annotators[0]

    short = crowd.answer(person, "x", "joke", length=50).seconds
    long = crowd.answer(person, "x", "joke", length=500).seconds

    assert (long > 2 * short) == slower


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("wizard:2", "no kind of simulated annotator 'wizard'; take one of expert"),
        ("expert", "'expert' is no part of a crowd"),
        ("expert:two", "'expert:two' is no part of a crowd"),
        ("expert:-1", "'expert:-1' is no part of a crowd"),
        ("expert:²", "'expert:²' is no part of a crowd"),
        ("", "'' is no part of a crowd"),
        ("expert:1,expert:2", "names 'expert' twice"),
        ("expert:0", "has 1 to 10,000 annotators, not 0"),
        ("expert:10001", "has 1 to 10,000 annotators, not 10,001"),
    ],
)
def test_a_crowd_that_cannot_be_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=r"^[^\n]*$") as refused:
        parse_kinds(text)

    assert says in str(refused.value)


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(BadInput, match="cannot have -1 annotators"):
        SimulatedCrowd.of({"expert": -1}, labels=LABELS, seed=0)
