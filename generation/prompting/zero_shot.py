"""Zero-shot, as in arXiv 2310.07849: a context prompt, a generation prompt, diversity prompts."""

from __future__ import annotations

from generation.prompting.base import Brief, LabelBrief, Material, Method
from generation.prompting.wording import form_paragraph, label_paragraph, said
from generation.providers.base import Message


class ZeroShot(Method):
    """Describes the label, then asks in the same conversation for something more diverse."""

    version = "zero_shot-1"
    converses = True
    needs: frozenset[str] = frozenset()

    def messages(
        self, brief: Brief, label: LabelBrief, *, turn: int, material: Material
    ) -> list[Message]:
        """Turn 0: context and generation prompt. Later turns: the diversity prompt.

        >>> label = LabelBrief(name="joke", title="joke")
        >>> brief = Brief(context="", style="texts", words=(3, 9), n_texts=2, labels=(label,))
        >>> asked = ZeroShot().messages(brief, label, turn=0, material=Material())
        >>> [message["role"] for message in asked]
        ['system', 'user']
        """
        if turn:
            return [_diversity_prompt(brief, label)]
        wanted = f'Write {brief.n_texts} different {brief.style} whose label is "{label.title}".'
        return [
            said("system", brief.context),
            said("user", wanted, label_paragraph(brief, label), form_paragraph(brief)),
        ]


def _diversity_prompt(brief: Brief, label: LabelBrief) -> Message:
    return said(
        "user",
        f"Now {brief.n_texts} more: something more diverse compared to the previously generated "
        "data, in topic, wording, tone and length. Repeat none of it.",
        f'The label is still "{label.title}". {form_paragraph(brief)}',
    )
