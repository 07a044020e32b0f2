"""docs/results/weighting.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.weighting.arms import CONFIG, SYNTHETIC, TAU
from benchmarks.weighting.measures import Panel
from benchmarks.weighting.tasks import CHECKER_ROWS, MOST_TEST_ROWS, REAL_ROWS
from benchmarks.weighting.wording import FEWEST_SEEDS, in_short, is_sure, title


def page(
    panels: Sequence[Panel], *, finished: int, planned: int, seeds: int, machines: Counter[str]
) -> str:
    """The whole page.

    Args:
        machines: how many runs were fitted on which.
    """
    parts = [*_head(panels, finished, planned, seeds), *_measured(machines)]
    for panel in panels:
        if SYNTHETIC in panel.arms:
            parts += [*_scores(panel), *_pairs(panel), *_recall(panel)]
    return "\n".join([*parts, *_checkers(panels), *_rerun(seeds)]) + "\n"


def _head(panels: Sequence[Panel], finished: int, planned: int, seeds: int) -> Iterator[str]:
    yield f"""# Does weighting synthetic rows by checkers help?

IMP and DIMP (Kuo et al., ICLR 2025, arXiv 2410.21526) weigh each synthetic row by how far a checker
fitted on a few real rows backs its label. They report about 5 points of accuracy over plain
cross-entropy on two tasks that are also here, with 200 to 400 real rows and text of another
language model, and compare with no filter on the same checker. This page does.

**{finished} of {planned} planned runs had finished** ({seeds} seeds planned for each arm; every
table says how many it has). The runs one by one are in `benchmarks/results/weighting-*.jsonl`.

![Macro-F1 by what was trained on](weighting.svg)

Points are means over seeds, lines 95 % intervals over seeds and test rows, the number of seeds is
in brackets, the dashed line is what {REAL_ROWS} real rows alone give.

## In short
"""
    yield from in_short(panels)


def _measured(machines: Counter[str]) -> Iterator[str]:
    fitted_on = ", ".join(f"{name} ({n} runs)" for name, n in machines.most_common())
    yield f"""
## How it was measured

- **Rows.** For each seed {REAL_ROWS} real training rows are drawn; the synthetic rows are the
  recorded zero-shot and few-shot answers. Few-shot prompts showed real examples from a tenth of the
  training rows, so that text knows more than {REAL_ROWS} real rows say. Scored on real test rows,
  {MOST_TEST_ROWS:,} at most, drawn once. Nothing was chosen on them.
- **Classifier.** all-MiniLM-L6-v2 fine-tuned for {CONFIG.max_steps} steps of {CONFIG.batch_size}
  rows whatever the arm, learning rate {CONFIG.learning_rate:g}, {CONFIG.precision}; by the function
  that every run of the product uses. The study behind the losses took BERT-base, five epochs and
  the best epoch; here it is the last step. Fitted on: {fitted_on}.
- **Quality checker** P': the same classifier on {CHECKER_ROWS} of the real rows; the other
  {REAL_ROWS - CHECKER_ROWS} fit its temperature. **Diversity checker** Q: the one trained on the
  synthetic rows by cross-entropy, which judges these same rows.
- **Arms.** *real*: the {REAL_ROWS} real rows. *synthetic*: all synthetic rows, cross-entropy.
  *IMP*, *DIMP*: weights P'/Q and P'/P as published, γ = 1, neither clipped nor normalised.
  *bounded*: P' at its temperature, weights clipped into [0.1, 10] and divided by the mean of the
  batch. *balanced*: as published, but in the checker's own loss every label weighs the same; this
  arm was added when the first runs had shown what is said above of rare labels. *filter*: rows
  with P' > {TAU} for their label, τ fixed beforehand; *random, as many*: as many of each label by
  chance. *soft*: cross-entropy to the checker's calibrated probabilities instead of the intended
  label. *real + …*: the real rows on top, each row once.
- **Effective rows** are (Σw)²/Σw² over the rows; with DIMP, whose weights move, at the end of
  training. **p** is two-sided with seeds and test rows both drawn by chance, corrected (Holm) for
  the pairs of its table; with one seed only test rows are. A difference is in bold where the
  corrected p is below 0.05 on {FEWEST_SEEDS} seeds or more."""


def _scores(panel: Panel) -> Iterator[str]:
    yield f"""
## {title(panel)}

{panel.synthetic} synthetic rows, {panel.test:,} test rows.

| trained on | seeds | rows | effective | highest weight | macro-F1 | 95 % | accuracy | log loss |
|---|---:|---:|---:|---:|---:|---:|---:|---:|"""
    for name, arm in panel.arms.items():
        f1 = arm.scores.macro_f1
        flag = f" ({arm.collapsed} collapsed)" if arm.collapsed else ""
        yield (
            f"| {name}{flag} | {len(arm.predicted)} | {arm.rows:.0f} | {arm.effective:.0%} | "
            f"{arm.highest:.1f}× | {f1.mean:.3f} ± {f1.std:.3f} | {f1.low:.3f} to {f1.high:.3f} | "
            f"{arm.scores.accuracy.mean:.3f} | {arm.log_loss:.3f} |"
        )


def _pairs(panel: Panel) -> Iterator[str]:
    if not panel.pairs:
        return
    yield """
| difference | seeds | macro-F1 | 95 % | p | corrected | accuracy |
|---|---:|---:|---:|---:|---:|---:|"""
    for pair in panel.pairs:
        test = pair.macro_f1
        mark = "**" if is_sure(pair) else ""
        yield (
            f"| {mark}{pair.first} − {pair.second}{mark} | {test.seeds} | {test.mean:+.3f} | "
            f"{test.low:+.3f} to {test.high:+.3f} | {test.p:.3f} | {pair.corrected:.3f} | "
            f"{pair.accuracy:+.3f} |"
        )


def _recall(panel: Panel) -> Iterator[str]:
    yield f"""
Found of the test rows of each label, and how far the checker backs it (mean P' of synthetic rows):

| trained on | {" | ".join(panel.labels)} |
|---|{"---:|" * len(panel.labels)}"""
    for name, arm in panel.arms.items():
        yield f"| {name} | {' | '.join(f'{share:.0%}' for share in arm.recall)} |"
    if panel.checker is not None:
        yield f"| *mean P'* | {' | '.join(f'{p:.2f}' for p in panel.checker.given)} |"


def _checkers(panels: Sequence[Panel]) -> Iterator[str]:
    yield """
## The quality checker

| task, source | seeds | finds the intended label | filter keeps | temperature |
|---|---:|---:|---:|---:|"""
    for panel in panels:
        one = panel.checker
        if one is not None:
            yield (
                f"| {title(panel)} | {one.seeds} | {one.right:.1%} | {one.kept:.1%} | "
                f"{one.temperature:.2f} |"
            )
    yield f"""
Where the checker finds the intended label of nearly all rows there is little to weigh or drop, and
IMP, filter and *{SYNTHETIC}* come out alike. A low P' may also mean that the checker hardly knows
the label, when few of its real rows have it."""


def _rerun(seeds: int) -> Iterator[str]:
    yield f"""
## Run it

```
python -m benchmarks.weighting --data DATA --recordings RECORDINGS --runs FILE.jsonl --seeds {seeds}
python -m benchmarks.weighting --data DATA --recordings RECORDINGS --runs FILE.jsonl --report
```

`DATA` holds `tasks/`, `RECORDINGS` the recorded answers. The first goes on where `FILE.jsonl` ends
(start it from a copy of `benchmarks/results/weighting-*.jsonl`), a minute of one core a run; on a
card `--parallel 15` takes some four minutes for all."""
