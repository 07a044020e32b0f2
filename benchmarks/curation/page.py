"""docs/results/curation.md."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.curation import tables
from benchmarks.curation.confirmed import Runs
from benchmarks.curation.finetuned import CONFIG, FITTED, MOST_TEST_ROWS, WORDS
from benchmarks.curation.tables import Results
from benchmarks.curation.wording import fine_tuned_words, in_short


def page(results: Results, runs: Runs, *, splits: int) -> str:
    """The whole page."""
    return "\n".join([*_head(results, splits), *_why(results), *_confirmed(results, runs)]) + "\n"


def _head(results: Results, splits: int) -> Iterator[str]:
    yield f"""# Does curation by agreement help?

Four sets of real votes, {splits} splits each, measured with

```
python -m benchmarks.curation.finetuned --data DATA --runs runs.jsonl --seeds 3
python -m benchmarks.curation --data DATA --runs runs.jsonl --splits {splits}
```

where `DATA` holds published sets that keep every annotator's own label (for
financial_phrasebank: the band of the share that chose the label). The numbers are in
`benchmarks/results/curation-*.json`, the fine-tuned runs one by one in
`curation-finetuned-*.jsonl` there.
"""
    yield in_short(results)
    yield """
## How it was measured

A quarter of the texts is held out by a hash of their ids, evenly from each label; four splits
hold every text out once, then it is dealt anew. Training rows are chosen among the other three
quarters only, and **all** held-out rows are scored, the disputed ones too, with the label of most
votes as target (ties go to the commoner label). The classifier is the explorer's: frozen
all-MiniLM-L6-v2 vectors and a logistic regression with C = 10. popquorn_offensiveness is 1–2
against 3–5. ± is the standard error over splits; splits share rows, so it is a guide and not a
test. Nothing was chosen set by set.

| set | texts | votes each |
|---|---:|---:|"""
    for name, one in results.items():
        votes = "5 to 8, in bands" if one.votes is None else f"{one.votes:.1f}"
        yield f"| {name} | {one.texts:,} | {votes} |"
    yield "\n## What is kept, and what it scores\n\nMacro-F1 on all held-out rows.\n"
    yield from tables.choices(results, balanced=False)


def _why(results: Results) -> Iterator[str]:
    yield """
## Why one threshold for all loses: the balance of labels

The rare label is the disputed one, so one γ for all drops more of it. A classifier trained on
what is left says the rare label still less often, and macro-F1 falls, the more the higher γ is. It
is not worse at telling rows apart: see the area under the ROC curve (AUC, mean over labels,
wherever the border is drawn).
"""
    yield from tables.balance(results)
    yield """
With every label given the same weight in training, macro-F1 again:
"""
    yield from tables.choices(results, balanced=True)
    yield """
Cutting labels to the same size instead of weighting them throws rows away, and on the two sets
with one rare label it costs more than it gains (the explorer's curves "balanced" show it).

## Which rows help: the agreed ones

Within each label the balance stays as it is, so only the choice of rows differs.
"""
    yield from tables.which_rows(results)
    yield """
How far the label of most votes can be trusted: every vote is put aside once and held against the
majority of the others. The rare label is the less trusted one, so its most agreed rows are worth
most.
"""
    yield from tables.trust(results)
    yield "\n## Without dropping anything\n"
    yield from tables.alternatives(results)
    yield """
Soft labels train on the vote shares; agreement weights count each row by how far its agreement
is above an even split.

## How much of it is the head's penalty

With scikit-learn's default of C = 1, heads on unit vectors hardly say a rare label at all, so
plain macro-F1 cannot tell choices apart there. Eight splits.
"""
    yield from tables.penalties(results)
    yield """
## What the explorer says

It tries every threshold with raw and posterior agreement, cross-fitted over 5 seeds as the page
does it, and recommends one of a few only where its leads over keeping everything, over equal
weights and over random rows are above what chance gives the best of them.
"""
    for name, one in results.items():
        yield f"- **{name}** ({one.seconds:.0f} s): {one.explorer.recommendation.sentence}"
    yield """
The first study's figure: accuracy of the classifier trained on everything, on the held-out rows
with a_i ≥ γ. The label of most votes is the target, so part of the rise is that this label gets
more certain.
"""
    yield from tables.figure_two(results)


def _confirmed(results: Results, runs: Runs) -> Iterator[str]:
    yield f"""
## Does a fine-tuned classifier agree?

all-MiniLM-L6-v2 fine-tuned on the same choices of the first splits: {CONFIG.max_steps} steps of
{CONFIG.batch_size} rows whatever is kept, learning rate {CONFIG.learning_rate:g}, the last {WORDS}
words of each text, scored on at most {MOST_TEST_ROWS} held-out rows; the head beside it is scored
on the same rows. That is four passes over the rows of the smallest set and one over those of the
largest: short, to fit one core.
{len(runs)} of {sum(map(len, FITTED)) * len(results) * 3} planned runs had finished; "seeds" says
how many each line rests on. *As if labels were balanced* divides each probability by the share of
its label in training before the largest is taken.

![Macro-F1 against rows kept, predicted and fine-tuned](curation.svg)
"""
    yield from tables.confirmed(results, [name for names in FITTED for name in names])
    yield fine_tuned_words(results)
