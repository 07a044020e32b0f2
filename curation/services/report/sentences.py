"""What a report says about a summary, sentence by sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curation.reporting import wording
from curation.services.report.policies import PolicyPanel, is_even
from curation.services.report.score_rows import collapse_sentence, comparison_sentences

Summary = Mapping[str, Any]

DIFFERENCES = {"curated": "global γ", "curated_within_label": "within label"}
FRONTS = {"label_studio": "Label Studio", "votes": "an imported file of votes"}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number that stands large, with what it counts and how sure it is."""

    value: str
    what: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Words:
    """The prose of a report; "" where there is nothing to say."""

    in_short: list[str]
    figures: list[Figure]
    generated: str
    judged: str
    agreement: str
    test_set: str
    recipe: str


def words_of(summary: Summary, policies: Sequence[PolicyPanel]) -> Words:
    return Words(
        in_short=in_short(summary, policies),
        figures=figures(summary),
        generated=generated(summary),
        judged=judged(summary),
        agreement=agreement(summary),
        test_set=tested_on(summary),
        recipe=trained_alike(summary),
    )


def in_short(summary: Summary, policies: Sequence[PolicyPanel]) -> list[str]:
    """The findings, a few sentences at most."""
    said = [
        _agreement_in_short(summary),
        *_balance(policies),
        *comparison_sentences(summary)[:2],
        collapse_sentence(summary),
    ]
    return [sentence for sentence in said if sentence]


def _agreement_in_short(summary: Summary) -> str:
    found = summary.get("agreement", {})
    judged_texts = sum(found.get("labels", {}).values())
    if not judged_texts:
        return ""
    crowd = "simulated annotators" if summary["annotation"].get("simulated") else "annotators"
    return (
        f"All {crowd} agree on {wording.share(found.get('unanimous', 0), judged_texts)} of the "
        f"texts; Krippendorff’s α is {wording.decimal(found.get('alpha'))}."
    )


def _balance(policies: Sequence[PolicyPanel]) -> list[str]:
    """What the global γ does to the labels, and whether keeping within labels mends it."""
    by_kind = {panel.within_label: panel for panel in policies}
    if False not in by_kind:
        return []
    everywhere, within = by_kind[False], by_kind.get(True)
    sentence = f"One γ for all labels: {wording.lower_first(everywhere.finding)}"
    if within and is_even(within.outcomes) and not is_even(everywhere.outcomes):
        sentence += " Kept within label, every label keeps a similar share."
    return [sentence]


def figures(summary: Summary) -> list[Figure]:
    examples, annotation = summary.get("examples", {}), summary.get("annotation", {})
    synthetic = examples.get("synthetic", 0)
    texts, kind = (
        (synthetic, "synthetic texts") if synthetic else (examples.get("real", 0), "real texts")
    )
    rejected = sum(examples.get("rejected", {}).values())
    crowd = "simulated annotators" if annotation.get("simulated") else "annotators"
    people = annotation.get("annotators", 0)
    found = [
        Figure(
            value=wording.count(texts),
            what=kind,
            detail=f"{wording.plural(rejected, 'draft')} rejected"
            if synthetic
            else "none generated",
        ),
        Figure(
            value=wording.count(annotation.get("annotations", 0)),
            what="annotations",
            detail=f"by {wording.count(people)} {crowd}",
        ),
    ]
    return found + _alpha_figure(summary) + _difference_figure(summary)


def _alpha_figure(summary: Summary) -> list[Figure]:
    found = summary.get("agreement", {})
    if "alpha" not in found:
        return []
    interval = wording.between(found.get("alpha_low"), found.get("alpha_high"))
    return [
        Figure(
            value=wording.decimal(found["alpha"]),
            what="Krippendorff’s α",
            detail=f"95 % interval {interval}",
        )
    ]


def _difference_figure(summary: Summary) -> list[Figure]:
    if not summary.get("comparisons"):
        return []
    return [
        Figure(
            value=wording.signed(one["difference"]),
            what=f"macro-F1, {DIFFERENCES.get(one['a'], 'curated')} less random",
            detail=_difference_detail(one),
        )
        for one in summary["comparisons"][:2]
    ]


def _difference_detail(one: Mapping[str, Any]) -> str:
    if one["low"] is None or one["high"] is None:
        return "not tested, which takes 3 seeds"
    p = one.get("p_holm")
    tested = "" if p is None else f", corrected {wording.p_words(p)}"
    return f"95 % interval {wording.between(one['low'], one['high'])}{tested}"


def generated(summary: Summary) -> str:
    examples = summary.get("examples", {})
    synthetic, real = examples.get("synthetic", 0), examples.get("real", 0)
    rejected = sum(examples.get("rejected", {}).values())
    if not synthetic:
        return f"{wording.plural(real, 'real text')} were imported; nothing was generated."
    drafts = wording.plural(synthetic + rejected, "draft")
    fate = f"{wording.count(synthetic)} became examples and {wording.count(rejected)} were rejected"
    sentence = (
        f"A language model answered with {drafts}; {fate if rejected else 'all became examples'}."
    )
    if real:
        stand_in = summary.get("test_set", {}).get("stand_in")
        kind = "text of the stand-in" if stand_in else "real text"
        kinds = "texts of the stand-in" if stand_in else "real texts"
        sentence += (
            f" Beside them stand {wording.plural(real, kind, kinds)}, to train and test with."
        )
    return sentence


def judged(summary: Summary) -> str:
    annotation = summary.get("annotation", {})
    if not annotation.get("annotations"):
        return "Nobody has judged the texts yet."
    crowd = "simulated annotator" if annotation.get("simulated") else "annotator"
    version = annotation.get("server_version")
    front = FRONTS.get(annotation.get("front") or "", "a front")
    place = f"{front} {version}" if version else front
    return (
        f"{wording.plural(annotation.get('annotators', 0), crowd)} gave "
        f"{wording.plural(annotation['annotations'], 'annotation')} on "
        f"{wording.plural(annotation.get('tasks', 0), 'task')}, through {place}."
    )


def agreement(summary: Summary) -> str:
    found = summary.get("agreement", {})
    if found.get("mean") is None:
        return ""
    alpha = wording.decimal(found.get("alpha"))
    interval = wording.between(found.get("alpha_low"), found.get("alpha_high"))
    sentence = f"Krippendorff’s α is {alpha} (95 % interval {interval})"
    judged_texts, unanimous = sum(found.get("labels", {}).values()), found.get("unanimous", 0)
    return (
        f"{sentence}; the mean agreement aᵢ over {wording.plural(judged_texts, 'text')} is "
        f"{found['mean']:.3f}, and {wording.share(unanimous, judged_texts)} are unanimous."
    )


def tested_on(summary: Summary) -> str:
    found = summary.get("test_set", {})
    if not found.get("rows"):
        return ""
    sentence = f"All sources are tested on the same {wording.plural(found['rows'], 'row')}"
    sentence += f" ({found['name']})."
    agreed = found.get("high_agreement_rows")
    if agreed:
        sentence += f" Annotators agree on {wording.share(agreed, found['rows'])} of them."
    return sentence


def trained_alike(summary: Summary) -> str:
    """Whether the scores may be compared: the same settings, steps and test rows."""
    recipes = {entry.get("recipe", "") for entry in summary.get("scores", {}).values()}
    if "" in recipes or not recipes:
        return ""
    if len(recipes) == 1:
        return "Every source is trained with the same settings and for the same number of steps."
    return (
        "Some sources were trained with other settings or tested on other rows, so not all of "
        "these scores can be compared; train them again together."
    )
