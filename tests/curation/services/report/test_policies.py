"""What a sentence says of how a policy treats the labels."""

from __future__ import annotations

from curation.reporting import LabelOutcome, LabelStyle
from curation.services.report.policies import finding_of, is_even

NAMES = ("1", "2", "unclear")


def outcomes(*counts: tuple[int, int]) -> list[LabelOutcome]:
    """Labels with so many of so many judged texts kept."""
    return [
        LabelOutcome(
            label=LabelStyle(name=name, title=name, position=position),
            kept=kept,
            dropped=judged - kept,
        )
        for position, (name, (kept, judged)) in enumerate(zip(NAMES, counts, strict=False))
    ]


def test_labels_that_are_numbers_cannot_be_taken_for_numbers() -> None:
    assert finding_of(outcomes((69, 100), (35, 50))) == (
        "Every label keeps a similar share: 69\u00a0% (69 of 100) of “1”, "
        "70\u00a0% (35 of 50) of “2”."
    )


def test_one_text_of_a_label_does_not_make_shares_uneven() -> None:
    assert is_even(outcomes((70, 100), (35, 50), (1, 1)))
    assert "“unclear”" not in finding_of(outcomes((70, 100), (35, 50), (1, 1)))


def test_a_label_that_is_gone_makes_them_uneven_however_rare_it_was() -> None:
    found = outcomes((70, 100), (35, 50), (0, 1))

    assert not is_even(found)
    assert finding_of(found).startswith("“unclear” loses most: 0\u00a0% (0 of 1) stay")


def test_labels_of_few_texts_are_compared_among_themselves() -> None:
    assert is_even(outcomes((4, 5), (4, 5)))
    assert not is_even(outcomes((1, 5), (4, 5)))
