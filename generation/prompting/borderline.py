"""Borderline: texts on which reasonable annotators would differ, to a stated degree."""

from __future__ import annotations

from generation.prompting.base import Brief, LabelBrief, Material, Method
from generation.prompting.wording import definitions, form_paragraph, joined, said
from generation.providers.base import Message

NUMBERS = {5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}


class Borderline(Method):
    """Names the labels that readers would waver between, and how many would give which."""

    version = "borderline-1"
    converses = False
    needs: frozenset[str] = frozenset()

    def messages(
        self, brief: Brief, label: LabelBrief, *, turn: int, material: Material
    ) -> list[Message]:
        """Context prompt, all labels, the degree, and that a text stays natural."""
        others = [f'"{other.title}"' for other in brief.labels if other.name != label.name]
        return [
            said("system", brief.context),
            said(
                "user",
                f"These are the labels that careful readers give to {brief.style}:\n"
                f"{definitions(brief.labels)}",
                f"Write {brief.n_texts} different {brief.style} that lie near the border of "
                f'"{label.title}": {readers(brief.degree)} careful readers would say '
                f'"{label.title}", the others {joined(others, last="or")}.',
                "One text lies near one or two of these, not near all." if len(others) > 2 else "",
                "Readers differ because each reading has something in the text for it. Let every "
                "text be one that somebody could really have written: natural, not vague, and "
                "without a word about labels, doubt or being unclear.",
                form_paragraph(brief),
            ),
        ]


def readers(degree: float) -> str:
    """A share of readers in words.

    >>> readers(0.6), readers(0.85)
    ('about six of ten', 'about 85 of a hundred')
    """
    per_hundred = round(degree * 100)
    if per_hundred % 10 == 0 and per_hundred // 10 in NUMBERS:
        return f"about {NUMBERS[per_hundred // 10]} of ten"
    return f"about {per_hundred} of a hundred"
