"""Aggregators side by side: the sentence, the picture and the table's words."""

from __future__ import annotations

from curation.aggregation.compare import Comparison, Downstream, Flip, MethodView
from curation.reporting.aggregators import (
    alike_rows,
    finding,
    method_rows,
    picture,
    policies_of,
    said_of,
    skill_rows,
)
from curation.reporting.palette import label_styles

LABELS = label_styles([("joke", "Joke"), ("news", "News")])


def kept(n: int, *, entered: int = 0, left: int = 0, relabelled: int = 0) -> Downstream:
    policy = "everything judged, 1 vote or more, labels by majority"
    return Downstream(policy=policy, kept=n, entered=entered, left=left, relabelled=relabelled)


def view(name: str, *, flips_to: tuple[int, int] = (0, 0), policy: Downstream) -> MethodView:
    return MethodView(
        name=name, labels=(6, 4), flips=sum(flips_to), flips_to=flips_to, confidence=0.9,
        downstream=(policy,),
    )  # fmt: skip


def made(*methods: MethodView, flips: tuple[tuple[int, ...], ...] = ()) -> Comparison:
    answered = tuple(one.name for one in methods if not one.refusal)
    return Comparison(
        examples=10,
        methods=methods,
        answered=answered,
        alike=tuple(tuple(1.0 if a == b else 0.5 for a in answered) for b in answered),
        flipping=len(flips),
        flips=tuple(Flip(row=row, labels=labels) for row, labels in enumerate(flips)),
    )


MAJORITY = view("majority", policy=kept(10))


def test_the_sentence_names_the_method_that_parts_most() -> None:
    found = made(
        MAJORITY, view("glad", flips_to=(2, 1), policy=kept(9, left=1)), flips=((0, 1),) * 3
    )

    assert finding(found) == (
        "30\xa0% (3 of 10) of the texts get another label from at least one of 2 methods. "
        "GLAD parts from the majority most often, 3 times."
    )


def test_where_nothing_flips_the_choice_does_not_matter() -> None:
    found = made(MAJORITY, view("glad", policy=kept(10)))

    assert finding(found).startswith("It does not matter here: 2 methods")


def test_where_all_others_refuse_there_is_nothing_to_compare() -> None:
    found = made(MAJORITY, MethodView(name="mmsr", refusal="Too sparse."))

    assert finding(found).startswith("Only the majority has an answer")
    assert method_rows(found, LABELS)[1].refusal == "Too sparse."


def test_bars_share_one_scale_and_are_cut_by_the_label_a_text_gets() -> None:
    found = made(
        MAJORITY,
        view("wawa", flips_to=(1, 0), policy=kept(10)),
        view("glad", flips_to=(2, 2), policy=kept(10)),
        flips=((0, 0, 1),) * 4,
    )

    _, wawa, glad = method_rows(found, LABELS)

    assert [(part.label.title, part.x, part.width) for part in wawa.parts] == [("Joke", 0, 25)]
    assert [(part.x, part.width) for part in glad.parts] == [(0, 50), (50, 50)]


def test_what_is_kept_says_what_moved() -> None:
    found = made(
        MAJORITY,
        view("wawa", policy=kept(10)),
        view("glad", flips_to=(1, 0), policy=kept(9, entered=1, left=2, relabelled=3)),
    )

    assert policies_of(found) == ["everything judged"]
    assert [row.downstream for row in method_rows(found, LABELS)] == [
        ["10"],
        ["10 (the same)"],
        ["9 (+1, −2, 3 relabelled)"],
    ]


def test_in_the_picture_texts_with_the_same_answers_stand_together() -> None:
    found = made(
        MAJORITY,
        view("glad", flips_to=(1, 2), policy=kept(10)),
        flips=((0, 1), (1, 0), (0, 1), (0, 1)),
    )

    majority, glad = picture(found, LABELS)

    assert [(part.label.title, part.n) for part in majority.parts] == [("Joke", 3), ("News", 1)]
    assert [(part.label.title, part.n) for part in glad.parts] == [("News", 3), ("Joke", 1)]
    assert sum(part.width for part in glad.parts) == 100


def test_a_text_says_who_gives_which_label() -> None:
    said = said_of(Flip(row=0, labels=(1, 0, 1)), ("majority", "glad", "mace"), LABELS)

    assert [(one.label.title, one.methods) for one in said] == [
        ("News", "Majority, MACE"),
        ("Joke", "GLAD"),
    ]


def test_tables_hold_numbers_people_can_read() -> None:
    found = made(MAJORITY, view("glad", policy=kept(10)))

    assert alike_rows(found)[0] == ("Majority", ["100\xa0%", "50\xa0%"])
    assert skill_rows({"ann": {"glad": -0.251}}, found.answered) == [("ann", ["–", "−0.25"])]
