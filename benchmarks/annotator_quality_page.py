"""What `python -m benchmarks.annotator_quality` found, as Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from statistics import mean
from typing import Any

from benchmarks.annotator_quality_words import (
    INTRODUCTION,
    KINDS,
    LIMITS,
    MINORITIES,
    REAL,
    REAL_EFFECT,
)

PRECISION, RECALL = 0.9, 0.8  # the target by 30 answers
Row = Mapping[str, Any]


def page(measured: Row) -> str:
    """The whole page. It holds no text and no vote."""
    parts = [
        INTRODUCTION.format(
            date=f"{datetime.now(UTC):%-d %B %Y}",
            summary=summary(measured),
            first=measured["first_seed"],
            seeds=measured["seeds"],
        ),
        *_target(measured["target"]),
        *_by_answers(measured["target"]),
        *_controls(measured["target"]),
        *_trust(measured),
        *_kinds(measured),
        MINORITIES.format(**_minority(measured["target"])),
        *(_real(measured["real"]) if "real" in measured else ()),
        LIMITS.rstrip(),
    ]
    return "\n".join(parts) + "\n"


def summary(measured: Row) -> str:
    plain = [row for row in measured["target"] if row["controls"] == "none"]
    met = [row for row in plain if _met(row)]
    missed = [row for row in plain if not _met(row)]
    words = ", ".join(
        f"{row['n_labels']} labels, overlap {row['overlap']}, {row['texts']} "
        f"({_pair(row['by_answers']['30'])})"
        for row in missed
    )
    every = [row["by_answers"]["30"] for row in plain]
    text = (
        f"By 30 answers each, without any gold item, precision is "
        f"{mean(row['precision'] for row in every):.2f} and recall "
        f"{mean(row['recall'] for row in every):.2f} on average; the target of precision ≥ 0.9 and "
        f"recall ≥ 0.8 is met in {len(met)} of {len(plain)} conditions."
    )
    if missed:
        text += f" It is missed (precision / recall) with {words}."
    return textwrap.fill(f"**In short.** {text}{_found(measured.get('real', ()))}", 100)


def _found(rows: Sequence[Row]) -> str:
    """What gold says of the annotators of real sets, in a sentence."""
    people = [(row["name"], row["gold"]["by_annotator"]) for row in rows if "gold" in row]
    if not people:
        return ""
    counts = ", ".join(
        f"{name} {one['both']} of {one['near_chance']} (and {one['flagged'] - one['both']} others)"
        for name, one in people
    )
    return (
        " On real sets with gold, which the verdicts do not see, the annotators near chance "
        f"(κ with gold below 0.15, 20 answers or more) that are flagged: {counts}."
    )


def _met(row: Row) -> bool:
    found = row["by_answers"]["30"]
    return bool((found["precision"] or 0) >= PRECISION and found["recall"] >= RECALL)


def _pair(found: Row) -> str:
    return f"{_number(found['precision'])} / {_number(found['recall'])}"


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "|---" * len(header) + "|"
    for row in rows:
        yield "| " + " | ".join(map(str, row)) + " |"


# simulated crowds


def _target(rows: Sequence[Row]) -> Iterator[str]:
    yield "## The target: by 30 answers each, no controls\n"
    yield from _table(
        ("labels", "overlap", "texts", "precision", "recall", "careless found",
         "adversarial found", "target", "paused: precision / recall", "κ < 0.2 instead"),
        (_target_row(row) for row in rows if row["controls"] == "none"),
    )  # fmt: skip
    yield "\nPrecision and recall of the warnings with 95 % intervals over crowds. The last column"
    yield "is the usual simple rule, precision / recall: flag whoever agrees with peers less than"
    yield "κ = 0.2.\n"


def _target_row(row: Row) -> Sequence[Any]:
    found = row["by_answers"]["30"]
    ends = found["interval"]
    return (
        row["n_labels"],
        row["overlap"],
        row["texts"],
        f"{_number(found['precision'])} [{_ends(ends['precision'])}]",
        f"{_number(found['recall'])} [{_ends(ends['recall'])}]",
        _number(found["careless"]),
        _number(found["adversarial"]),
        "met" if _met(row) else "missed",
        _pair(found["pause"]),
        _pair(found["low_kappa"]),
    )


def _ends(ends: Sequence[float]) -> str:
    return ", ".join(_number(end) for end in ends)


def _by_answers(rows: Sequence[Row]) -> Iterator[str]:
    yield "## By number of answers\n"
    numbers = list(rows[0]["by_answers"])
    chosen = [row for row in rows if row["controls"] == "none"]
    yield from _table(
        ("labels", "overlap", "texts", *(f"{n} answers" for n in numbers), "ever flagged by 50"),
        (
            (
                row["n_labels"],
                row["overlap"],
                row["texts"],
                *(_pair(row["by_answers"][n]) for n in numbers),
                _pair(row["ever_by_50"]),
            )
            for row in chosen
        ),
    )
    yield "\nPrecision / recall of the warnings, no controls. The last column looks after 10, 20,"
    yield "30 and 50 answers and counts whoever was flagged at any of the four looks: looking often"
    yield "costs precision, which is why a warning asks a person and a pause needs 0.9.\n"


def _controls(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Gold items and repeated texts, and who is flagged wrongly\n"
    cells = []
    for n_labels in sorted({row["n_labels"] for row in rows}):
        for texts in dict.fromkeys(row["texts"] for row in rows):
            for controls in dict.fromkeys(row["controls"] for row in rows):
                same = [
                    row["by_answers"]["30"]
                    for row in rows
                    if (row["n_labels"], row["texts"], row["controls"])
                    == (n_labels, texts, controls)
                ]
                cells.append((n_labels, texts, controls, *_means(same)))
    yield from _table(
        ("labels", "texts", "controls", "precision", "recall", "of the majority warned",
         "of the minority warned", "of the minority paused"),
        cells,
    )  # fmt: skip
    yield "\nBy 30 answers each, mean of overlap 3 and 5. A control takes the place of a vote: of"
    yield "30 answers, 3 are gold items, or 3 gold items and 3 repeats. The minority (30 % of"
    yield "annotators) sees another label than the majority on 30 % of the texts, except for plain"
    yield "texts, where everybody sees the same.\n"


def _means(found: Sequence[Row]) -> tuple[str, ...]:
    return (
        _number(mean(one["precision"] for one in found)),
        _number(mean(one["recall"] for one in found)),
        _percent(mean(one["majority_flagged"] for one in found)),
        _percent(mean(one["minority_flagged"] for one in found)),
        _percent(mean(one["minority_paused"] for one in found)),
    )


def _minority(rows: Sequence[Row]) -> dict[str, str]:
    """Share of the minority warned by 30 answers with two labels, without and with controls."""
    found = {}
    for texts, name in (("subjective", "plain"), ("hard, subjective", "hard")):
        for controls, short in (("none", "none"), ("gold and repeats", "both")):
            same = [
                row["by_answers"]["30"]
                for row in rows
                if (row["n_labels"], row["texts"], row["controls"]) == (2, texts, controls)
            ]
            for level in ("flagged", "paused"):
                share = mean(one[f"minority_{level}"] for one in same)
                found[f"{name}_{short}_{level}"] = f"{100 * share:.0f} %"
    return found


def _trust(measured: Row) -> Iterator[str]:
    yield "## Can the probability be trusted?\n"
    yield from _table(
        ("stated probability", "annotators", "mean stated", "truly careless or adversarial"),
        (
            (f"{row['from']:.1f} to {row['to']:.1f}", row["annotators"], _number(row["stated"]),
             _number(row["true"]))
            for row in measured["calibration"]
        ),
    )  # fmt: skip
    skill, speed = measured["skill_coverage"], measured["speed"]
    yield "\nAll conditions together, 30 answers each."
    yield "The 95 % interval of the skill (Dawid-Skene) held the annotator's accuracy on 400 other"
    yield f"texts for {_percent(skill['covered'])} of {skill['annotators']} annotators (mean width"
    yield f"{skill['width']:.2f}, 50 answers, 3 labels, overlap 5, plain texts).\n"
    yield f"All figures and flags of {speed['answers']:,} answers by {speed['annotators']}"
    yield f"annotators took {speed['processor_seconds']:.1f} s of one core.\n"


def _kinds(measured: Row) -> Iterator[str]:
    yield KINDS
    columns = (
        "any", "pause", "careless", "adversarial", "one_button", "pattern", "too_fast", "gold",
        "inconsistent",
    )  # fmt: skip
    header = ("answers", "kind of annotator", "n", *columns)
    yield from _table(header, _kind_rows(measured["kinds"], columns, lambda row: row["answers"]))
    yield "\nIn crowds where all are attentive (8 experts, 32 ordinary; 30 answers each):\n"
    header = ("texts", "kind of annotator", "n", *columns)
    yield from _table(header, _kind_rows(measured["clean"], columns, lambda row: row["texts"]))
    yield ""


def _kind_rows(
    rows: Sequence[Row], columns: Sequence[str], first: Callable[[Row], Any]
) -> Iterator[Sequence[Any]]:
    for row in rows:
        for kind, shares in row["shares"].items():
            cells = (_percent(shares.get(column, 0.0)) for column in columns)
            yield (first(row), kind, row["people"][kind], *cells)


# real sets


def _real(rows: Sequence[Row]) -> Iterator[str]:
    yield REAL
    yield from _table(
        ("set", "subjective", "annotators", "flagged", "of them to pause", "share of votes",
         "κ, new texts: flagged", "others", "κ < 0.2", "of them flagged", "left alone as"),
        map(_real_row, rows),
    )  # fmt: skip
    yield REAL_EFFECT
    yield from _table(
        ("set", "α", "α without", "α, random", "kept at 0.8", "kept without", "kept, random",
         "majority", "without", "Dawid-Skene", "without", "kept right", "without"),
        map(_effect_row, rows),
    )  # fmt: skip
    yield "\n### Against gold\n"
    yield from _table(
        ("set", "flagged: accuracy (κ)", "others: accuracy (κ)", "annotators with 20 answers",
         "near chance (κ < 0.15)", "flagged", "both"),
        (_gold_row(row) for row in rows if "gold" in row),
    )  # fmt: skip
    yield ""


def _real_row(row: Row) -> Sequence[Any]:
    low, halves = row["low_agreement"], row["halves"]
    alone = {name.replace("_", " "): n for name, n in low.items() if name not in ("all", "flagged")}
    return (
        row["name"],
        "yes" if row["subjective"] else "no",
        row["annotators"],
        row["flagged"],
        row["paused"],
        _percent(row["votes_share"]),
        _number(halves["flagged"]),
        _number(halves["others"]),
        low["all"],
        low["flagged"],
        ", ".join(f"{name} {n}" for name, n in alone.items()) or "–",
    )


def _effect_row(row: Row) -> Sequence[Any]:
    before, after, chance = row["all"], row["without"], row["random"] or {}
    return (
        row["name"],
        _number(before["alpha"], 3),
        _number(after["alpha"], 3),
        _number(chance.get("alpha"), 3),
        f"{before['kept']:,}",
        f"{after['kept']:,}",
        f"{chance['kept']:,}" if chance else "–",
        *(
            _number(state.get(name), 3)
            for name in ("majority", "dawid_skene", "kept_accuracy")
            for state in (before, after)
        ),
    )


def _gold_row(row: Row) -> Sequence[Any]:
    gold = row["gold"]
    people = gold["by_annotator"]
    return (
        row["name"],
        *(
            f"{gold[name]['accuracy']:.2f} ({gold[name]['kappa']:.2f})" if name in gold else "–"
            for name in ("flagged", "others")
        ),
        people["annotators"],
        people["near_chance"],
        people["flagged"],
        people["both"],
    )
