"""Sentences that several methods share. Changing one changes the version of each method."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from generation.prompting.base import Brief, LabelBrief
from generation.providers.base import Message


def said(role: str, *paragraphs: str) -> Message:
    """One message of several paragraphs, the empty ones left out."""
    return {"role": role, "content": "\n\n".join(part for part in paragraphs if part)}


def default_context(*, title: str, description: str) -> str:
    """The context prompt of a project that was given none.

    >>> default_context(title="Jokes", description="")
    'Imagine that you write texts for a dataset named "Jokes".'
    """
    about = f" It is about this question: {description.strip()}" if description.strip() else ""
    return f'Imagine that you write texts for a dataset named "{title}".{about}'


def label_paragraph(brief: Brief, label: LabelBrief) -> str:
    """What the label means, and which other labels it must not be mistaken for."""
    lines = [f"{_definition(label)}"]
    others = [_definition(other) for other in brief.labels if other.name != label.name]
    if others:
        lines.append("It must be told apart from:")
        lines.extend(f"- {other}" for other in others)
    return "\n".join(lines)


def form_paragraph(brief: Brief) -> str:
    """How long the texts are and in which form they come."""
    fewest, most = brief.words
    return (
        f"Each text has {fewest} to {most} words, is complete by itself and does not name its "
        f"label. Answer with JSON only, {brief.n_texts} strings in one list:\n"
        '{"examples": ["first text", "second text"]}'
    )


def definitions(labels: Iterable[LabelBrief]) -> str:
    """The labels with what they mean, one a line."""
    return "\n".join(f"- {_definition(label)}" for label in labels)


def numbered(texts: Iterable[str]) -> str:
    """Texts with their numbers from 1; further lines of a text are indented.

    >>> print(numbered(["One.", "Two,\\nstill two."]))
    1. One.
    2. Two,
       still two.
    """
    return "\n".join(
        f"{number}. " + "\n   ".join(text.strip().splitlines())
        for number, text in enumerate(texts, start=1)
    )


def joined(words: Sequence[str], *, last: str) -> str:
    """Words as a sentence lists them.

    >>> joined(["news", "poem", "joke"], last="or")
    'news, poem or joke'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def missing_definitions(labels: Sequence[LabelBrief]) -> list[str]:
    """Codes of the labels without a definition; prompts name these by their title alone.

    >>> missing_definitions([LabelBrief(name="joke", title="Joke")])
    ['joke']
    """
    return [label.name for label in labels if not label.definition.strip()]


def _definition(label: LabelBrief) -> str:
    return f'"{label.title}": {label.definition}' if label.definition else f'"{label.title}"'


def definition_warnings(labels: Sequence[LabelBrief]) -> list[str]:
    """A sentence where labels have no definition; none where all have."""
    missing = missing_definitions(labels)
    if not missing:
        return []
    return [
        f"No definition for label {', '.join(map(repr, missing))}: the model is told the title "
        "alone. Definitions come with create_project --from task.json; see docs/task_file.md."
    ]
