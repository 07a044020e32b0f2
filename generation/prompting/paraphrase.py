"""Paraphrase: real texts said in other words, for labels of which there are only a few."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from generation.prompting.base import Brief, GenerationOptions, LabelBrief, Material, Method
from generation.prompting.wording import form_paragraph, label_paragraph, numbered, said
from generation.providers.base import Message

ENTRY = re.compile(r"^\d+\. ", re.MULTILINE)  # further lines of an entry are indented
INDENT = re.compile(r"\n {3}")


class Paraphrase(Method):
    """Asks for one rewrite of each text shown, in their order; every call stands alone."""

    version = "paraphrase-1"
    converses = False
    needs = frozenset({"shots"})
    usual_share = 1.0

    def n_shots(self, options: GenerationOptions) -> int:
        return options.n_texts

    def messages(
        self, brief: Brief, label: LabelBrief, *, turn: int, material: Material
    ) -> list[Message]:
        """Context prompt, the texts, what a rewrite keeps and what it changes.

        As many rewrites are asked for as there are texts, whatever the brief says.
        """
        asked = replace(brief, n_texts=len(material.shots))
        return [
            said("system", brief.context),
            said(
                "user",
                f'These are real {brief.style} whose label is "{label.title}":',
                numbered(material.shots),
                "Rewrite each of them once, in the same order.",
                "In each, keep what it means, how strongly it says so, and its label. Change the "
                "wording and the structure of the sentences; changing single words is not enough. "
                "Replace names, user names, addresses, links, dates and numbers that could tell "
                "whom or what it is about by invented ones of the same kind that leave its meaning "
                "and its label as they are.",
                label_paragraph(asked, label),
                form_paragraph(asked),
            ),
        ]


def shown_texts(messages: Sequence[Message]) -> tuple[str, ...]:
    """The texts that a call of this method was shown, read back from what it sent.

    >>> block = numbered(["One.", "Two,\\nstill two."])
    >>> shown_texts([said("user", "These are real texts:", block, "Rewrite each.")])
    ('One.', 'Two,\\nstill two.')
    """
    paragraphs = messages[-1]["content"].split("\n\n") if messages else []
    block = next((part for part in paragraphs if part.startswith("1. ")), "")
    return tuple(INDENT.sub("\n", entry).strip() for entry in ENTRY.split(block)[1:])
