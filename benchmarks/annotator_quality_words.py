"""The standing words of docs/results/annotator_quality.md."""

from __future__ import annotations

INTRODUCTION = """# Annotator quality

Who is flagged as careless or adversarial, how often rightly, and what flagged votes do. Made on
{date} with

```
python -m benchmarks.annotator_quality --data DATA/crowd
```

where `DATA/crowd` holds real crowd sets (`SET/annotations.csv`, `texts.jsonl`, `source.json`). All
numbers are in `benchmarks/results/annotator-quality-*.json`.

{summary}

**How a verdict is reached.** Every annotator is one of: attentive (tracks what peers see, more or
less), careless (labels drawn from an own habit, whatever the text), adversarial (avoids what peers
see), leaning (reads some texts, gives a favourite label to the others), or of an own view (shares
little with the peers as a whole, but repeats itself or agrees with one other annotator). Types and
the difficulty of each task are fitted together; an annotator is compared with what the *others*
probably saw in a task, never with a consensus that holds the own vote. Gold and attention items
are tasks with a known label, repeated texts tell readers from guessers, and all evidence multiplies
into one probability. How common the careless and the adversarial are is learned from the project.
A warning is given where careless or adversarial is likelier than not, a pause from 0.9, neither
before 10 answers. Times, one-button and pattern answers are separate figures with flags of their
own and do not move this probability: a quick annotator may be a good one.

**Simulated crowds.** 40 annotators: 8 experts, 22 ordinary, 8 careless (20 %), 2 adversarial
(5 %). Careless annotators see at most a tenth of the easy texts and otherwise guess, half of the
time their favourite label. Adversarial ones see the label as well as ordinary ones do and give
another. "Subjective": on 30 % of the texts a minority of 30 % of the annotators sees another
label than the others. "Hard": every text is twice as difficult. Crowds {first:,} onwards, {seeds}
for each condition; model and limits were settled on crowds below 2,000.
"""

KINDS = """## All flags, kind by kind

Crowds of 40 with seven kinds of annotators; 3 labels, overlap 3, plain texts, gold items and
repeated texts. A cell is the share of annotators of the kind who got the flag at any level; "any"
and "pause" count those with at least one flag, and with at least one that pauses. Biased annotators
give their favourite label to half of the texts unread.
"""

MINORITIES = """## What separates an opinion from carelessness

1. *Where somebody disagrees.* Where the crowd is divided anyway, a vote against the majority says
   little, and the model learns which tasks these are. Only disagreement where others are of one
   mind counts much, and there a minority agrees.
2. *Whether it is systematic.* An annotator who gives repeated texts the same label again, or who
   sees the texts as one other annotator does, follows the texts, whatever the majority says.
3. *Gold.* Where an answer is known, it speaks for itself, and has a flag of its own.

With few answers none of these is strong. By 30 answers with two labels and no controls,
{plain_none_flagged} of a minority are warned ({hard_none_flagged} where texts are hard too) and
{plain_none_paused} ({hard_none_paused}) reach the level that pauses. Where 3 of the 30 answers are
gold items and 3 are repeats it is {plain_both_flagged} ({hard_both_flagged}) and
{plain_both_paused} ({hard_both_paused}). So where a task is a matter of opinion, ask for repeats;
and a warning is a reason to look, with its sentence, never an exclusion.
"""

REAL = """## Real sets

No number was tuned on these sets, but one kind of evidence comes from looking at two of them. In
`hate_g1` two annotators who agree with each other (κ 0.33) and with hardly anybody else were called
careless, so agreement with one other annotator was made evidence of reading; in `vldb_sentiment` it
then excused somebody near chance for agreeing with others on a few texts, so the other must have
answered half of the same texts. Neither set is a test of that part.

"New texts": flagged from a random half of the texts, agreement (κ) with unflagged peers measured on
the other half; mean of 20 halves, weighted by texts. Chance is 0. "κ < 0.2": annotators with so low
an agreement, how many of them are flagged, and the verdict on those who are not.
"""

REAL_EFFECT = """
### What it changes

"Without": without the votes of flagged annotators. "Random": mean of 20 draws without as many
annotators taken by chance. "Kept": examples with two votes or more whose agreement is at least 0.8.
Accuracies are against gold, which the verdicts never saw; "kept right" is the majority's accuracy
on kept examples.
"""

LIMITS = """## Limits

- The simulated crowd is ours too. Its careless guess independently of each other; people who copy
  each other, or one person with two accounts, would pass for a shared view.
- On a lopsided label set somebody who never gives the rare label cannot be told from a reader with
  a high bar until the peers gave it to several of the same texts. In `product_match`, where 88 % is
  one label, half of the flagged give one label to nine pairs in ten or more; accuracy flatters
  them, κ does not.
- The same holds for opinions on a scale. Levels of `popquorn_offensiveness` are taken as plain
  labels, and somebody who finds hardly anything offensive looks like one who presses one button.
- Where nobody can be told from the others (α near 0), verdicts follow the learned shares and mean
  little; below 10 answers there are none.
- A crowd in which the careless are the majority and agree on a habit turns the verdicts around.
- The sets without gold have no truth to be measured against: agreement on new texts shows that the
  flagged are near chance there too, not why.
"""
