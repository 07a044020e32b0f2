"""methods.md: how a version was made, as a paragraph for a paper, with what to cite."""

from __future__ import annotations

from collections.abc import Mapping

from curation.datasets.card import CardFacts, collection_sentences, dropped_words

FIRST_STUDY = """\
@inproceedings{li2023synthetic,
  title     = {Synthetic Data Generation with Large Language Models for Text Classification:
               Potential and Limitations},
  author    = {Li, Zhuoyan and Zhu, Hangxiao and Lu, Zhuoran and Yin, Ming},
  booktitle = {Proceedings of EMNLP 2023},
  pages     = {10443--10461},
  year      = {2023},
  note      = {arXiv:2310.07849}
}
"""

SECOND_STUDY = """\
@misc{li2024datageneration,
  title  = {Data Generation Using Large Language Models for Text Classification:
            An Empirical Case Study},
  author = {Li, Yinheng and Bonatti, Rogerio and Abdali, Sara and Wagle, Justin and
            Koishida, Kazuhito},
  year   = {2024},
  note   = {arXiv:2407.12813}
}
"""

RANKED = (
    "Texts of a label were ranked by {measure}, equal ones by the aggregator's probability, then "
    "by a hash of their id."
)
POSTERIOR = (
    "Posterior agreement is the share of the most frequent label that endlessly many votes on a "
    "text would show, as its own votes and a distribution fitted to all votes of the project "
    "(empirical Bayes) let one expect."
)


def methods_text(facts: CardFacts, *, tool: str) -> str:
    """A paragraph with every number filled in, and the studies the procedure rests on.

    Args:
        tool: name and version of this program.
    """
    sentences = [
        *texts_sentences(facts),
        _annotation(facts),
        *collection_sentences(facts.fronts),
        *_agreement(facts),
        _aggregation(facts),
        _selection(facts),
        *_splits(facts),
        f"The version (number {facts.number} of project {facts.project}, frozen "
        f"{facts.created} with {tool}) has the SHA-256 fingerprint {facts.fingerprint}.",
    ]
    if facts.changed_examples:
        sentences.append(
            f"Texts whose votes changed after the version was frozen: {facts.changed_examples}."
        )
    paragraph = " ".join(sentences)
    return f"# Methods\n\n{paragraph}\n\n{_studies(facts)}"


def _studies(facts: CardFacts) -> str:
    """What to cite: the second study only where texts were generated."""
    said, studies = "The agreement of a text follows Li et al. (2023)", FIRST_STUDY
    if facts.origins:
        said += "; generating texts for a given label follows Li et al. (2023) and Li et al. (2024)"
        studies += SECOND_STUDY
    return f"{said}.\n\n```bibtex\n{studies}```\n"


def texts_sentences(facts: CardFacts) -> list[str]:
    """Where the texts came from, one sentence per source."""
    sentences = []
    for origin in facts.origins:
        calls = "" if not origin.calls else f" in {_many(origin.calls, 'call')}"
        sentences.append(
            f"{_many(origin.texts, 'text')} were generated with {origin.model or 'a model'} "
            f"({origin.method.replace('_', ' ') or 'method not recorded'}{calls})."
        )
    others = facts.considered - sum(origin.texts for origin in facts.origins)
    if others:
        was = "was" if others == 1 else "were"
        sentences.append(f"{_many(others, 'imported text')} {was} considered.")
    return sentences


def _annotation(facts: CardFacts) -> str:
    crowd = "simulated annotators (programs, not people)" if facts.simulated else "annotators"
    each = ""
    if spread := facts.votes_per_text:
        each = (
            f", {spread.least} per text"
            if spread.least == spread.most
            else f", {spread.least} to {spread.most} per text (median {spread.median:g})"
        )
    labels = ", ".join(facts.labels)
    return (
        f"Each of the {facts.considered:,} texts was judged by {crowd}, choosing among "
        f"{len(facts.labels)} labels ({labels}): {facts.annotations:,} votes by "
        f"{facts.annotators:,} annotators{each}."
    )


def _agreement(facts: CardFacts) -> list[str]:
    if facts.alpha is None:
        return ["Krippendorff's α is undefined for these votes."]
    interval = ""
    if facts.alpha_low is not None and facts.alpha_high is not None:
        interval = (
            f" (95 % interval {facts.alpha_low:.3f} to {facts.alpha_high:.3f}, bootstrap over "
            "texts)"
        )
    sentences = [f"Krippendorff's α (nominal) was {facts.alpha:.3f}{interval}."]
    if facts.mean_agreement is not None:
        sentences.append(
            "The agreement of a text is the share of its votes that name its most frequent label; "
            f"its mean was {facts.mean_agreement:.3f}."
        )
    return sentences


def _aggregation(facts: CardFacts) -> str:
    if facts.aggregator == "majority":
        return (
            "Labels were aggregated by majority; ties went to the label with more votes in the "
            "whole project."
        )
    return f"Labels were aggregated by {facts.aggregator.replace('_', '-')}."


def _selection(facts: CardFacts) -> str:
    dropped = dropped_words(facts.dropped)
    gone = f"; dropped were {dropped}" if dropped else "; none were dropped"
    measure = "posterior agreement" if "posterior" in facts.policy else "agreement"
    ranked = f" {RANKED.format(measure=measure)}" if "below_share" in facts.dropped else ""
    meant = "" if "posterior" not in facts.policy else f" {POSTERIOR}"
    return (
        f"Texts were kept by the policy “{facts.policy}”: {facts.kept:,} of {facts.considered:,} "
        f"({_counts(facts.labels)}){gone}.{ranked}{meant}"
    )


def _splits(facts: CardFacts) -> list[str]:
    if len(facts.splits) < 2:
        return []
    seed = "" if facts.split_seed is None else f" by seed {facts.split_seed}"
    return [
        f"They were split{seed} into {_counts(facts.splits)}, stratified by label, "
        "near-duplicates kept together."
    ]


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in counts.items())


def _many(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n:,} {word}s"
