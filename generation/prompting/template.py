"""Template: a grammar with slots instead of a language model, as a baseline and a smoke test.

The grammar is `generation.prompting.grammar`; the template provider fills it in, so all a prompt
says is what for.
"""

from __future__ import annotations

from generation.prompting.base import Brief, LabelBrief, Material, Method
from generation.prompting.wording import said
from generation.providers.base import Message


class Template(Method):
    """One line that names the label and how many texts are wanted."""

    version = "template-1"
    converses = False
    needs: frozenset[str] = frozenset()

    def messages(
        self, brief: Brief, label: LabelBrief, *, turn: int, material: Material
    ) -> list[Message]:
        """The line that is stored with the call."""
        return [said("user", f"{brief.n_texts} texts from the patterns of label {label.name!r}.")]
