"""Sentences of the page that follow from the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from benchmarks.curation.tables import Results, SetResult

SHARES = ("30%", "50%", "70%")


def in_short(results: Results) -> str:
    """The first paragraphs."""
    names = list(results)

    def told(first: str, second: str, measure: str = "macro_f1") -> str:
        return _each(names, [_gap(one, first, second, measure) for one in results.values()])

    within = _each(names, [_best_within(one) for one in results.values()])
    points = [
        f"*One threshold for all*, macro-F1 against random rows in the same number: at γ = 0.8 "
        f"{told('global', 'global random')}; at γ = 0.9 "
        f"{told('global 0.9', 'global 0.9 random')}. It shifts the balance of labels. With equal "
        f"weight for every label in training the same rows are, at γ = 0.8, "
        f"{told('global balanced', 'global random balanced')} against random ones.",
        f"*The most agreed share within each label* keeps the balance. The best of 30, 50 and 70 % "
        f"against keeping everything: {within} (the best of three is picked here, so this is a "
        f"little too good). The agreed half against a random half, by AUC: "
        f"{told('within 50%', 'within 50% random', 'auc')}; the least agreed half: "
        f"{told('within 50% least', 'within 50% random', 'auc')}.",
        f"*Part of that gain is balance again.* With equal weight for every label in training, the "
        f"agreed half against everything is "
        f"{told('within 50% balanced', 'keep all balanced')}.",
        f"*Soft labels* use all votes without dropping a row; AUC against keeping everything with "
        f"the label of most votes: {told('soft labels', 'keep all', 'auc')}.",
        f"The explorer, which allows for choosing the best of several, recommends a threshold on "
        f"{_recommended(results)} of the {len(names)} sets. Differences of 0.01 to 0.03 can "
        f"hardly be told from chance on one set of this size.",
    ]
    lines = "\n".join(fill(f"- {one}", width=100, subsequent_indent="  ") for one in points)
    opening = (
        "**In short.** Rows that people agree on teach more than rows they dispute, on all four "
        "sets. Against keeping everything, though, dropping rows gains little or nothing that one "
        "set could prove, and one threshold for all labels is the wrong way to do it."
    )
    return f"{fill(opening, width=100)}\n\n{lines}\n"


def fine_tuned_words(results: Results) -> str:
    """What the fine-tuned runs add, counted."""
    pairs = [
        (name, first, second)
        for name, one in results.items()
        for first, second in (
            ("global", "keep all"), ("within 50%", "keep all"), ("within 50%", "within 50% random"),
            ("global", "global random"), ("within 30%", "keep all"), ("within 70%", "keep all"),
        )
        if {first, second} <= one.tuned.keys() & one.alike.keys()
    ]  # fmt: skip
    if not pairs:
        return "\nNo fine-tuned run had finished."
    same = {
        measure: sum(
            _same_sign(results[name], first, second, measure) for name, first, second in pairs
        )
        for measure in ("macro_f1", "equal_f1", "auc")
    }
    lazy = [
        name
        for name, one in results.items()
        if "keep all" in one.tuned and one.tuned["keep all"]["rare"].mean < 0.01
    ]
    agreed = [
        f"{one.tuned['within 50%']['macro_f1'].mean:.3f} against "
        f"{one.tuned['keep all']['macro_f1'].mean:.3f} on {name}"
        for name, one in results.items()
        if name in lazy and "within 50%" in one.tuned
    ]
    silent = (
        f" On {', '.join(lazy)} the fine-tuned classifier says the commonest label of nearly every "
        "row when trained on everything, after so short a training; its plain macro-F1 then says "
        "little, so look at the other two columns. Trained on the most agreed half of each label "
        f"it has macro-F1 {', '.join(agreed) or 'not measured yet'}."
        if lazy
        else ""
    )
    return "\n" + fill(
        f"Of {len(pairs)} pairs of choices (global, or the agreed share of each label, against "
        "everything or against random rows), head and fine-tuned classifier order "
        f"{same['macro_f1']} alike by macro-F1, {same['equal_f1']} as if labels were balanced and "
        f"{same['auc']} by AUC.{silent}{_shares(results)} Seeds are few, and those of one choice "
        "differ as much as most choices do.",
        width=100,
    )


def _shares(results: Results) -> str:
    """The agreed shares against random rows of the same labels, fine-tuned."""
    led, by_auc = (
        [
            one.tuned[f"within {share}%"][measure].mean
            - one.tuned[f"within {share}% random"][measure].mean
            for one in results.values()
            for share in (30, 50, 70)
            if {f"within {share}%", f"within {share}% random"} <= one.tuned.keys()
        ]
        for measure in ("macro_f1", "auc")
    )
    if not led:
        return ""
    return (
        " Fine-tuned, the agreed share of each label is above as many random rows of each label "
        f"in {sum(gain > 0 for gain in led)} of {len(led)} cases, by {sum(led) / len(led):+.3f} "
        f"macro-F1 on average ({min(led):+.3f} to {max(led):+.3f}); by AUC, which no balance of "
        f"labels moves, in {sum(gain > 0 for gain in by_auc)} ({sum(by_auc) / len(by_auc):+.3f})."
    )


def _same_sign(one: SetResult, first: str, second: str, measure: str) -> bool:
    gaps = [
        table[first][measure].mean - table[second][measure].mean for table in (one.alike, one.tuned)
    ]
    return gaps[0] * gaps[1] > 0


def _gap(one: SetResult, first: str, second: str, measure: str = "macro_f1") -> float:
    return one.heads[first][measure].mean - one.heads[second][measure].mean


def _best_within(one: SetResult) -> float:
    return max(_gap(one, f"within {share}", "keep all") for share in SHARES)


def _each(names: Sequence[str], gaps: Sequence[float]) -> str:
    told = [f"{gap:+.3f} {name.split('_')[0]}" for name, gap in zip(names, gaps, strict=True)]
    return ", ".join(told).replace("-", "−")


def _recommended(results: Results) -> int:
    return sum(one.explorer.recommendation.helps for one in results.values())
