"""A study design in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from curation.agreement.counts import Counts

if TYPE_CHECKING:
    from curation.designing.design import Design, Wishes

GOOD_PILOT = 50  # examples; below, what the pilot leaves open is most of the spread
FEW_ANNOTATORS = 5


def sentence_of(recommended: Design | None, *, best: Design, wishes: Wishes) -> str:
    """What to do and what to expect, or that nothing looked at is enough.

    Args:
        best: of the sizes looked at, the one whose wishes come true most often.
    """
    if recommended is None:
        return (
            f"None of the sizes looked at gives {_wished(wishes)} in 4 of 5 simulated studies; the "
            f"best, {best.examples:,} examples with {best.votes} votes each, in {best.chance:.0%}. "
            f"Wish for less, or look at larger sizes. {_expected(best, wishes)}"
        )
    return (
        f"Ask for {recommended.votes} votes on each of {recommended.examples:,} examples: "
        f"{_cost(recommended)}. {_expected(recommended, wishes)}"
    )


def _wished(wishes: Wishes) -> str:
    parts = [f"α within ±{wishes.half_width:g}"]
    if wishes.kept_half_width is not None:
        parts.append(f"the kept share within ±{wishes.kept_half_width:g}")
    if wishes.most_wrong is not None:
        parts.append(f"at most {wishes.most_wrong:.0%} wrong decisions")
    return " and ".join(parts)


def _cost(design: Design) -> str:
    parts = [f"{design.answers:,} answers of at least {design.annotators} annotators"]
    if design.hours is not None:
        parts.append(f"{design.hours:,.1f} hours of work in all")
    if design.money is not None:
        parts.append(f"{design.money:,.2f} to pay")
    return ", ".join(parts)


def _expected(design: Design, wishes: Wishes) -> str:
    alpha = "α undefined"
    if design.alpha is not None and design.half_width is not None:
        alpha = f"α known to ±{design.half_width:.3f} (it should lie near {design.alpha:.2f})"
    return (
        f"Expect {alpha}, {design.kept:.0%} of the examples kept at γ = {wishes.gamma:g} (between "
        f"{design.kept_low:.0%} and {design.kept_high:.0%}), and {design.wrong:.0%} of the "
        f"decisions to keep or drop other than many votes would make (between "
        f"{design.wrong_low:.0%} and {design.wrong_high:.0%})."
    )


def pilot_notes(counts: Counts, *, annotators: int) -> tuple[str, ...]:
    """What weakens a forecast from this pilot.

    Args:
        counts: (T, K) int, votes per label of the examples with two votes or more.
    """
    notes = []
    if len(counts) < GOOD_PILOT:
        notes.append(
            f"The pilot has {len(counts)} examples; below {GOOD_PILOT} most of the spread comes "
            "from the pilot, and a few more examples narrow the forecast."
        )
    if annotators < FEW_ANNOTATORS:
        people = "1 annotator" if annotators == 1 else f"{annotators} annotators"
        notes.append(
            f"The pilot has the votes of {people}; the forecast holds for people like them, and "
            "others may differ by more than it says."
        )
    if counts.sum(axis=1).mean() < 3:
        notes.append(
            "Most examples of the pilot have two votes; how many decisions more votes would change "
            "is then largely a guess, and a third vote says more about it."
        )
    return tuple(notes)
