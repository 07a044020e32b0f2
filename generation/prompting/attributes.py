"""Attribute grids: each call is given a cell, such as a topic and a style, and keeps to it."""

from __future__ import annotations

from collections.abc import Mapping

from generation.prompting.base import Brief, LabelBrief, Material, Method
from generation.prompting.wording import form_paragraph, label_paragraph, said
from generation.providers.base import Message

SENTENCES = {
    "topic": "what they are about",
    "style": "the way they are written",
    "length": "how long they are, within the limits below",
    "persona": "who could have written them",
}


class Attributes(Method):
    """Describes the label, and what the texts have in common besides it; calls stand alone."""

    version = "attributes-1"
    converses = False
    needs = frozenset({"cell"})

    def messages(
        self, brief: Brief, label: LabelBrief, *, turn: int, material: Material
    ) -> list[Message]:
        """Context prompt, label, then the cell."""
        return [
            said("system", brief.context),
            said(
                "user",
                f'Write {brief.n_texts} different {brief.style} whose label is "{label.title}".',
                label_paragraph(brief, label),
                cell_paragraph(material.cell),
                form_paragraph(brief),
            ),
        ]


def cell_paragraph(cell: Mapping[str, str]) -> str:
    """What all texts of a call have in common; "" for an empty cell.

    >>> print(cell_paragraph({"topic": "trains"}))
    All of them have this in common, whatever their label:
    - topic (what they are about): trains
    The label must hold as well. Do not quote these words; vary everything else.
    """
    if not cell:
        return ""
    lines = [f"- {name}{_meaning(name)}: {value}" for name, value in cell.items()]
    return "\n".join(
        [
            "All of them have this in common, whatever their label:",
            *lines,
            "The label must hold as well. Do not quote these words; vary everything else.",
        ]
    )


def _meaning(name: str) -> str:
    sentence = SENTENCES.get(name.strip().casefold())
    return f" ({sentence})" if sentence else ""
