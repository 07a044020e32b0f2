"""The screen a run's drafts go through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from curation.models import Project
from generation.screening.giveaways import giveaway_words
from generation.screening.screen import Screen
from generation.services.asking import Asked

Embed: TypeAlias = Callable[[Sequence[str]], NDArray[np.float32]]


def screen_for(project: Project, asked: Asked) -> Screen:
    """A screen that knows no texts yet."""
    words = {
        name: giveaway_words(name, title)
        for name, title in project.labels.values_list("name", "title")
    }
    return Screen(
        words=asked.options.words,
        label_words=words,
        language=asked.language,
        checks=asked.checks,
        embed=_embed() if asked.checks.semantic else None,
    )


def _embed() -> Embed:
    """The encoder, loaded only when a check needs it."""
    from curation.embeddings import embed

    return embed
