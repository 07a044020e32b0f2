"""Words for methods, states and spans of time."""

from __future__ import annotations

from curation.reporting import wording
from generation.models import GenerationRun
from generation.models.calls import UNLABELLED
from generation.screening.reasons import REASONS
from generation.services.attributes import METHOD as LISTING

METHOD_WORDS: dict[str, tuple[str, str]] = {
    "zero_shot": (
        "Zero-shot",
        "Describes the label, then asks in the same conversation for something more diverse.",
    ),
    "few_shot": (
        "Few-shot",
        "Shows several real training texts of the label, drawn anew for each call, to imitate.",
    ),
    "one_shot": (
        "One-shot",
        "Shows one real training text and asks for others near its topic and manner.",
    ),
    "topic": (
        "Topic",
        "Gives each call a topic of the project’s list, so that the texts spread over all of them.",
    ),
    "attributes": (
        "Attributes",
        "Gives each call a combination of values, such as a topic, a style and a persona.",
    ),
    "paraphrase": (
        "Paraphrase",
        "Has real training texts said in other words; for labels of which there are only a few.",
    ),
    "borderline": (
        "Borderline",
        "Asks for texts on which reasonable annotators would differ, to the degree you state.",
    ),
    "failure": (
        "Failure-driven",
        "Asks for more of what a classifier gets wrong.",
    ),
    "template": (
        "Template",
        "Fills in the sentences of a grammar file: a baseline without a language model.",
    ),
    LISTING: ("List of values", "Had a model write a list of topics or the like."),
}
STATES: dict[str, str] = {
    GenerationRun.Status.READY: "waits",
    GenerationRun.Status.RUNNING: "running",
    GenerationRun.Status.SUCCESSFUL: "done",
    GenerationRun.Status.FAILED: "failed",
    GenerationRun.Status.CANCELLED: "cancelled",
    GenerationRun.Status.PAUSED: "paused",
}


def method_title(key: str) -> str:
    return METHOD_WORDS.get(key, (wording.reason(key).capitalize(), ""))[0]


def state_words(run: GenerationRun) -> str:
    """How a run stands, in a word or two."""
    if run.finished_well and run.error:
        return "done, fewer than asked for"
    return STATES[run.status]


def reason_words(code: str) -> str:
    """
    >>> reason_words("too_short"), reason_words("unlabelled"), reason_words("")
    ('too short', 'waits for its label', 'accepted')
    """
    if code == UNLABELLED:
        return "waits for its label"
    return REASONS.get(code, wording.reason(code)) if code else "accepted"
