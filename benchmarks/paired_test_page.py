"""The page of `benchmarks.paired_test`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

INTRODUCTION = """# How often a test of two arms claims a difference

Made-up arms on 300 test rows, {tries:,} tries each, claims at the level of 0.05. *Ours* is the
analysis of variance with seeds as readers and test rows as cases
(`training/evaluation/paired.py`); *bootstrap* draws rows and seeds again; *exchange* swaps the
arms’ answers row by row. Luck of seeds is a standard deviation on the scale on which rows are
hard with 1. From `python -m benchmarks.paired_test --data DATA`, where `DATA` holds `tasks/`."""
BOTH = """Equal arms should be told apart in 0.05 of the tries. Where seeds differ in luck, the
bootstrap knows too little of it from a handful of seeds and the exchange knows nothing of it, so
both claim differences that are not there, and their higher share below is partly that. The price
of ours is power with two or three seeds: plan five or more."""
ONE = """A curated set is one set of texts, and every seed trains on it; the random sets beside it
are drawn anew for each seed. How lucky the one set is shows in no seed, and more seeds do not
average it: a set that is itself a random one then looks better or worse than random ones, the
surer the more seeds there are. Ours counts the luck of a set once more than there are seeds. *As
if each seed had its own* is the same test without that."""
TEXTS = """The same with real texts: the one set is a random set too, so every claim is a false
one. TF-IDF and a logistic regression, 400 test texts."""
COLUMNS = {
    False: ("ours", "bootstrap", "exchange"),
    True: ("ours", "as if each seed had its own", "bootstrap"),
}


def page(kept: Mapping[str, Any]) -> str:
    """
    Args:
        kept: `tries`, `cases` and `texts` as the benchmark records them.
    """
    parts = [INTRODUCTION.format(tries=kept["tries"])]
    for one_draw in (False, True):
        if one_draw:
            parts += ["## One set against a random set for each seed", ONE]
        for better, title in ((False, "Arms that are equal"), (True, "The first arm is better")):
            chosen = [
                one
                for one in kept["cases"]
                if one["one_draw"] == one_draw and (one["better"] > 0) == better
            ]
            parts += [f"##{'#' if one_draw else ''} {title}"]
            parts += ["\n".join(_table(chosen, COLUMNS[one_draw]))]
        if not one_draw:
            parts += [BOTH]
    parts += ["### Real texts", TEXTS, "\n".join(_texts(kept["texts"]))]
    return "\n\n".join(parts) + "\n"


def _table(cases: Sequence[Mapping[str, Any]], tests: Sequence[str]) -> Iterator[str]:
    yield f"| seeds | luck of seeds | {' | '.join(tests)} |"
    yield "| ---: | ---: | ---: | ---: | ---: |"
    for case in cases:
        shares = " | ".join(f"{case['claims'][test]:.3f}" for test in tests)
        yield f"| {case['seeds']} | {case['of_seeds']} | {shares} |"


def _texts(cases: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| task | texts of a set | seeds | ours | as if each seed had its own |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for case in cases:
        shares = " | ".join(f"{share:.3f}" for share in case["claims"].values())
        yield f"| {case['task']} | {case['drawn']} | {case['seeds']} | {shares} |"
