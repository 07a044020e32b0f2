"""One-shot, as in arXiv 2407.12813: one real example of the label, and more like it."""

from __future__ import annotations

from generation.prompting.base import Brief, GenerationOptions, LabelBrief, Material, Method
from generation.prompting.wording import form_paragraph, label_paragraph, numbered, said
from generation.providers.base import Message


class OneShot(Method):
    """Shows one real example, drawn anew for each call, and stays near its topic."""

    version = "one_shot-1"
    converses = False
    needs = frozenset({"shots"})

    def n_shots(self, options: GenerationOptions) -> int:
        return 1

    def messages(
        self, brief: Brief, label: LabelBrief, *, turn: int, material: Material
    ) -> list[Message]:
        """Context prompt, then the example and how near to stay to it."""
        return [
            said("system", brief.context),
            said(
                "user",
                f'This is one of the real {brief.style} whose label is "{label.title}":',
                numbered(material.shots[:1]),
                f'Write {brief.n_texts} different {brief.style} whose label is "{label.title}" '
                "too. Stay near the example's topic and manner, but let each say something of its "
                "own: do not simply modify or rewrite the example.",
                label_paragraph(brief, label),
                form_paragraph(brief),
            ),
        ]
