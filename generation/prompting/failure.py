"""Failure-driven: more of what a classifier gets wrong, described in sentences.

The sentences describe regions of texts. A text of the test set is never shown.
"""

from __future__ import annotations

from generation.prompting.base import Brief, LabelBrief, Material, Method
from generation.prompting.wording import form_paragraph, label_paragraph, numbered, said
from generation.providers.base import Message


class Failure(Method):
    """Describes the regions where a classifier fails on the label; every call stands alone."""

    version = "failure-1"
    converses = False
    needs = frozenset({"regions"})

    def messages(
        self, brief: Brief, label: LabelBrief, *, turn: int, material: Material
    ) -> list[Message]:
        """Context prompt, the regions, then the label as people would give it."""
        return [
            said("system", brief.context),
            said(
                "user",
                f"A classifier often gives another label to {brief.style} whose label is "
                f'"{label.title}" when they are of these kinds:',
                numbered(material.regions),
                f"Write {brief.n_texts} different {brief.style} of these kinds, spread evenly over "
                f'them. A careful reader would label each of them "{label.title}". Do not quote '
                "the descriptions; think of cases of your own.",
                label_paragraph(brief, label),
                form_paragraph(brief),
            ),
        ]
