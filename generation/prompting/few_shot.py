"""Few-shot, as in arXiv 2310.07849: real examples of the label, to imitate but not to rewrite."""

from __future__ import annotations

import random
from collections.abc import Sequence

from generation.prompting.base import Brief, GenerationOptions, LabelBrief, Material, Method
from generation.prompting.wording import form_paragraph, label_paragraph, said
from generation.providers.base import Message


class FewShot(Method):
    """Shows real examples of the label, drawn anew for each call; every call stands alone."""

    version = "few_shot-1"
    converses = False
    needs = frozenset({"shots"})

    def n_shots(self, options: GenerationOptions) -> int:
        return options.shots

    def messages(
        self, brief: Brief, label: LabelBrief, *, turn: int, material: Material
    ) -> list[Message]:
        """Context prompt, then the examples and what to make of them."""
        shown = "\n".join(f"- {' '.join(shot.split())}" for shot in material.shots)
        return [
            said("system", brief.context),
            said(
                "user",
                f'These are real {brief.style} whose label is "{label.title}":',
                shown,
                f'Write {brief.n_texts} different {brief.style} whose label is "{label.title}" '
                "too. Imitate the examples, but do not simply modify or rewrite them.",
                label_paragraph(brief, label),
                form_paragraph(brief),
            ),
        ]


def draw_shots(pool: Sequence[str], *, k: int, seed: int) -> list[str]:
    """`k` texts of `pool` in random order, none twice; the same for the same pool and seed.

    >>> sorted(draw_shots(["one", "two"], k=2, seed=0))
    ['one', 'two']
    """
    return random.Random(seed).sample(pool, k)  # noqa: S311 - a draw, not a secret
