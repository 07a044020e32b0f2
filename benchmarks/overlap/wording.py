"""The words of docs/results/adaptive_overlap.md."""

KINDS = {
    "skilled": "annotators' accuracies",
    "common": "one accuracy",
    "dirichlet": "shares only",
}

BEFORE = """# Adaptive overlap on real votes

How few of a crowd's votes keep and drop the same examples as all of them? Measured on {date} with

```
python -m benchmarks.adaptive_overlap --data DATA/crowd --orders {orders}
```

where `DATA/crowd` holds published sets that keep every annotator's own label. The numbers are in
`benchmarks/results/adaptive-overlap-*.json`; texts are not read.

**In short.** With a confidence of 0.98 our rule uses {votes} of the votes on average over {pairs}
pairs of a set and a threshold γ, and {equal} of its keep-or-drop decisions are those of all votes.
A fixed overlap needs {fixed} of the votes for as many equal decisions. The aim, 98 % equal with at
most 60 % of the votes on average, {reached}. It holds on average and not in each pair:

- less than 98 % equal in {below}; the lowest is {lowest};
- more than 60 % of the votes in {above}; the most is {highest}.

With a confidence of 0.99 it uses {careful_votes} of the votes, {careful_equal} of the decisions are
equal, and no pair has less than {careful_lowest}. The kept sets have an F1 of {f1} on average, and
less where few examples are kept: {rare}. There 98 % of all decisions can be equal while a good
part of the few kept examples is another; ask for more confidence where few are to be kept.

Stopping at a posterior of 0.95 that the label is right answers another question: {posterior_low}
to {posterior_high} of its decisions at γ are those of all votes, depending on the model. Against
the model that comes closest to ours ({rival}) our rule takes {ours_matched} of the votes where
that takes {theirs}, for as many equal decisions; it takes more votes in {more}.

![Equal decisions against votes used, for each set and rule](adaptive_overlap.svg)

Mean over γ = 0.6, 0.7, 0.8, 0.9 and all orders of arrival. Dots: our rule at a confidence of 0.98,
posteriors at 0.95.

## How it was replayed

All votes of an example arrive in a random order; {orders} orders were drawn, the same for every
rule. An example is kept iff a_i ≥ γ, where a_i is the share of its most frequent label. *Equal
decisions* is the share of examples for which that says the same on the votes a rule asked for as
on all votes of the set.

- **Ours**: every example gets two votes. A plan is fitted on all votes so far and each example it
  calls open gets one more; the plan is fitted anew whenever votes have grown by a fifth, as in a
  round, until nothing is open. In movie_polarity and popquorn_offensiveness the full overlap
  differs between examples, and each example's own is known to the rule, as it is in a round.
- **Fixed overlap**: the first k votes of every example, for every k.
- **Posterior**: every example gets two votes, and one more until the posterior of its most
  probable label reaches a threshold. *Annotators' accuracies* and *one accuracy* are the one-coin
  model fitted by expectation maximisation on all votes so far, after every vote per open example,
  with accuracies drawn to 3/4 (Beta(4, 2)); *shares only* is the probability, under a flat
  Dirichlet, that the leading label has the largest share.

Nothing was chosen set by set. The rule was designed with these sets at hand; its constants (width
of components, examples the prior is worth) were then chosen on simulated label shares.

## All sets together

Means over the pairs of a set and a γ, each pair counting the same. *Lowest pair*: the pair with
fewest equal decisions. *Jaccard* and *F1* compare the kept sets. *Same label*: the majority label
is that of all votes, among all examples and among those kept both ways.
"""

LABELS = """\
Dropped examples keep fewer votes, so their majority label often differs: where it is wanted for
them too, a fixed overlap or a posterior is the better rule.

## Against the posterior of the label

*Ours, as many equal*: share of votes with which our rule has as many equal decisions, pair by
pair, on the straight line between the confidences tried (0.6 to 0.999). *98 % equal*: pairs in
which some threshold tried (0.9, 0.95, 0.99, 0.999) gets there, with the votes it takes, and ours
in the same pairs.
"""

POSTERIORS = """\
It is not only that a_i on few votes is a poor estimate: deciding by our forecast of the full
overlap on the same votes makes {forecast_low} to {forecast_high} of the decisions equal. The votes
went to examples whose label was in doubt, and those near γ got too few.

## Stated and reached

The confidence is an average over a project's examples: of 100 decisions, 98 are expected to be
those of the full overlap. *Expected* is what the last plan says of itself. *Single orders*: from
the lowest to the highest central 95 % range of a pair.
"""

COVERAGE = """\
More is expected than stated where a full overlap of five to ten votes leaves few places to stop.
Expected and reached agree on average; at 0.98, reached less expected lies between {gap_low} and
{gap_high} points in single pairs. In the sets of 200 examples one decision is half a point, and
all orders share the same examples; and a plan is best on the shares it has learned, which are
never quite those of the examples at hand.

## Other ways to stop

The same forecasts with other stops, all at 0.98.
"""

VARIANTS = """\
Asking for 98 % on each example gives more than was asked for, and takes the votes for it: it is
another place on much the same curve (the straight line from 0.99 to 0.999 draws ours a little too
high there). Looking ahead (dynamic programming over the votes an example may still get) saves
{gain} points of the votes against one bar on the risk for all examples: little, but it costs
milliseconds, so it is kept.

Who voted is not used. What it could add at most was tried by forecasting the final decision after
three votes by gradient boosting, cross-validated, from the counts and from the counts with each
voter's skill measured on *all* votes of the set: the log loss changes by {loss_change} on average
over {loss_pairs} pairs ({loss_best} to {loss_worst}). Not worth a model of annotators here.
"""

SETS = """\
## Set by set

Our rule at a confidence of 0.98, with the central 95 % of the single orders in brackets. *Kept*:
share of examples kept on all votes. *Saved*: votes per example. *Fixed*: share of votes that a
fixed overlap takes for as many equal decisions. *Posterior*: {rival}, at 0.95, votes → equal
decisions; then the votes with which ours has as many.
"""

SPEED = """
## How long a plan takes

Made-up votes at γ = 0.8, two votes first. *First* is in a process that knows nothing of these
labels and this rule yet: for a verdict, the plan as it is stored.
"""

AFTER = """
## Limits

- Votes arrive in random order and every example could get all of them. In a real round people
  come and go, and early votes may come from other people than late ones.
- A decision is compared with that of the full overlap, which is itself a sample: with five votes
  many decisions at γ would fall otherwise with five others.
- The rule helps least where the full overlap is small or γ lies where many examples are: there is
  little to leave out before the decision is certain.
- With so many labels and votes that their counts are too many to follow (six labels with 20 votes
  at γ = 0.6) labels are not told apart, which costs some votes; see `curation/adaptive/states.py`.
"""
