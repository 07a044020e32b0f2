"""How much of everything a project gets."""

from __future__ import annotations

from dataclasses import dataclass

LABELS = ("joke", "news", "question", "other")
OVERLAP = 5
METHODS = ("zero_shot", "few_shot", "topic")
DRAFTS_PER_CALL = 8
REJECTED = 0.1  # share of drafts
CHUNK = 50_000  # rows written together


@dataclass(frozen=True, kw_only=True)
class Size:
    """A project by the number of its texts to judge; five votes on each but the last few."""

    slug: str
    examples: int

    @property
    def runs(self) -> int:
        """Generation runs that wrote the texts."""
        return max(2, min(20, self.examples // 500))

    @property
    def annotators(self) -> int:
        return max(10, min(400, self.examples // 50))

    @property
    def known(self) -> int:
        """Texts with known answers, which check the annotators."""
        return max(4, min(200, self.examples // 100))

    @property
    def real(self) -> int:
        """Real texts to train on, and as many to test on."""
        return max(20, min(5_000, self.examples // 20))

    @property
    def judged(self) -> int:
        """Texts with five votes; the rest waits in the open round."""
        return self.examples - self.examples // 20
