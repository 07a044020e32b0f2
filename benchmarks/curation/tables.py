"""Tables of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.curation.facts import LabelFacts
from benchmarks.curation.measures import Mean, Table
from benchmarks.curation.sets import Floats
from curation.explorer.scoring import Measured

SHARES = ("30%", "50%", "70%")
NONE = "–"


@dataclass(frozen=True, kw_only=True)
class SetResult:
    """Everything measured of one set."""

    texts: int
    votes: float | None  # per text
    labels: list[LabelFacts]
    kept: dict[str, Floats]  # condition → (K,) training rows by label
    rare: tuple[int, ...]  # codes of all labels but the commonest
    heads: Table
    strengths: dict[float, Table]  # C → the same with other penalties
    explorer: Measured
    seconds: float  # of the explorer, without embedding
    tuned: Table = field(default_factory=dict)
    alike: Table = field(default_factory=dict)


Results = Mapping[str, SetResult]


def choices(results: Results, *, balanced: bool) -> Iterator[str]:
    """Macro-F1 of every choice."""
    end = " balanced" if balanced else ""
    yield (
        "| set | keep all | global γ = 0.8 | random, same size | global γ = 0.9 | random, same "
        "size | most agreed 30 / 50 / 70 % within each label | random within label 30 / 50 / 70 % |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for name, of_set in results.items():
        heads = of_set.heads
        names = ("keep all", "global", "global random", "global 0.9", "global 0.9 random")
        single = [f"{one}{end}" for one in names]
        triple = [[f"within {share}{kind}{end}" for share in SHARES] for kind in ("", " random")]
        cells = [_both(heads, one) for one in single]
        cells += [" / ".join(_short(heads, one) for one in three) for three in triple]
        yield _row(name, *cells)


def balance(results: Results) -> Iterator[str]:
    """What a global threshold does to the rare labels, and to telling rows apart."""
    yield (
        "| set | rare labels, of all rows | of rows with a_i ≥ 0.8 | said to be rare: keep all | "
        "global | random | AUC: keep all | global | random |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    names = ("keep all", "global", "global random")
    for name, of_set in results.items():
        shares = [_rare_share(of_set, one) for one in ("keep all", "global")]
        said = [f"{of_set.heads[one]['rare'].mean:.1%}" for one in names]
        auc = [_short(of_set.heads, one, "auc") for one in names]
        yield _row(name, *shares, *said, *auc)


def which_rows(results: Results) -> Iterator[str]:
    """The most agreed half of each label, a random half, the least agreed half."""
    yield "| set | measure | keep all | most agreed half | random half | least agreed half |"
    yield "|---|---|---:|---:|---:|---:|"
    conditions = ("keep all", "within 50%", "within 50% random", "within 50% least")
    for name, of_set in results.items():
        for measure, end, words in (
            ("auc", "", "AUC"),
            ("macro_f1", "", "macro-F1"),
            ("macro_f1", " balanced", "macro-F1, labels weighted equally"),
        ):
            cells = [_both(of_set.heads, f"{one}{end}", measure) for one in conditions]
            yield _row(name, words, *cells)


def alternatives(results: Results) -> Iterator[str]:
    """Keeping everything in other ways."""
    yield "| set | measure | keep all | equal weight of labels | agreement weights | soft labels |"
    yield "|---|---|---:|---:|---:|---:|"
    conditions = ("keep all", "keep all balanced", "agreement weights", "soft labels")
    for name, of_set in results.items():
        for measure, words in (("macro_f1", "macro-F1"), ("auc", "AUC")):
            yield _row(name, words, *(_both(of_set.heads, one, measure) for one in conditions))


def trust(results: Results) -> Iterator[str]:
    """How far each label of most votes can be trusted."""
    yield "| set | label | share of texts | mean a_i | one more person agrees |"
    yield "|---|---|---:|---:|---:|"
    for name, of_set in results.items():
        for one in of_set.labels:
            trusted = NONE if one.trusted != one.trusted else f"{one.trusted:.0%}"
            yield _row(name, one.name, f"{one.share:.1%}", f"{one.agreement:.2f}", trusted)


def penalties(results: Results) -> Iterator[str]:
    """The same with other strengths of the head."""
    yield (
        "| set | C | keep all | global | global, random | within 50 % | within 50 %, random | "
        "keep all, equal weights | global, equal weights |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    conditions = ("keep all", "global", "global random", "within 50%", "within 50% random",
                  "keep all balanced", "global balanced")  # fmt: skip
    for name, of_set in results.items():
        for strength, heads in sorted(of_set.strengths.items()):
            yield _row(name, f"{strength:g}", *(_short(heads, one) for one in conditions))


def confirmed(results: Results, conditions: Sequence[str]) -> Iterator[str]:
    """The explorer's prediction beside the fine-tuned classifier."""
    yield (
        "| set | choice | seeds | macro-F1: predicted | fine-tuned | as if labels were balanced: "
        "predicted | fine-tuned | AUC: predicted | fine-tuned |"
    )
    yield "|---|---|---:|---:|---:|---:|---:|---:|---:|"
    for name, of_set in results.items():
        for one in conditions:
            if one in of_set.tuned and one in of_set.alike:
                pairs = [
                    _both(table, one, measure)
                    for measure in ("macro_f1", "equal_f1", "auc")
                    for table in (of_set.alike, of_set.tuned)
                ]
                yield _row(name, one, str(of_set.tuned[one]["macro_f1"].splits), *pairs)


def figure_two(results: Results) -> Iterator[str]:
    """The first study's figure, and what the explorer recommends."""
    yield "| set | accuracy at the lowest γ | at γ = 1 | R² of the line | Spearman's ρ |"
    yield "|---|---:|---:|---:|---:|"
    for name, of_set in results.items():
        curve = of_set.explorer.test_curve
        if curve is not None:
            ends = [f"{curve.points[at].accuracy.mean:.3f}" for at in (0, -1)]
            fits = [NONE if one is None else f"{one:.2f}" for one in (curve.r_squared, curve.rho)]
            yield _row(name, *ends, *fits)


def _rare_share(of_set: SetResult, condition: str) -> str:
    rows = of_set.kept[condition]
    return f"{rows[list(of_set.rare)].sum() / rows.sum():.1%}"


def _both(table: Table, condition: str, measure: str = "macro_f1") -> str:
    found = _found(table, condition, measure)
    if found is None:
        return NONE
    return f"{found.mean:.3f} ± {found.error:.3f}" if found.splits > 1 else f"{found.mean:.3f}"


def _short(table: Table, condition: str, measure: str = "macro_f1") -> str:
    found = _found(table, condition, measure)
    return NONE if found is None else f"{found.mean:.3f}"


def _found(table: Table, condition: str, measure: str) -> Mean | None:
    return table[condition][measure] if condition in table else None


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
