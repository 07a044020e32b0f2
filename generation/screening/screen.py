"""Which texts of an answer become examples, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from generation.prompting.parse import UNREADABLE, ParsedText
from generation.screening.characters import is_broken, storable
from generation.screening.duplicates import text_key
from generation.screening.length import length_reason
from generation.screening.refusals import is_refusal

SURPLUS = "surplus"  # good, but more than was asked for; the only reason that is no fault


@dataclass(frozen=True, kw_only=True)
class JudgedText:
    """One text of an answer with its verdict."""

    position: int  # in its answer, from 1
    text: str
    reason: str  # "" = becomes an example


@dataclass(kw_only=True)
class Screen:
    """Limits, and the texts that are known already. Grows as texts are accepted."""

    words: tuple[int, int]  # fewest and most that were asked for
    kept_apart: set[bytes] = field(default_factory=set)  # keys of test and seed texts
    known: set[bytes] = field(default_factory=set)  # keys of the project's other texts

    def reason(self, text: str) -> str:
        """Why `text` must not become an example; "" when it may.

        >>> Screen(words=(1, 9), known={text_key("Hello!")}).reason("hello")
        'duplicate'
        """
        if not text.strip():
            return "empty"
        if is_broken(text):
            return "broken_characters"
        if is_refusal(text):
            return "refusal"
        return length_reason(text, words=self.words) or self._known_reason(text)

    def _known_reason(self, text: str) -> str:
        key = text_key(text)
        if key in self.kept_apart:
            return "leakage"
        return "duplicate" if key in self.known else ""

    def judge(self, parsed: Iterable[ParsedText], *, room: int) -> list[JudgedText]:
        """A verdict for each text of one answer, in order.

        Args:
            parsed: as `parse_answer` returns it.
            room: ≥ 0, examples still wanted; good texts beyond it are SURPLUS.
        """
        judged = []
        for position, text in enumerate(parsed, start=1):
            reason = self.verdict(text, room=room)
            room -= not reason
            judged.append(JudgedText(position=position, text=storable(text.text), reason=reason))
        return judged

    def verdict(self, parsed: ParsedText, *, room: int) -> str:
        """The verdict on one text; an accepted one is known from now on."""
        text = storable(parsed.text)
        if parsed.reason:
            refused = parsed.reason == UNREADABLE and is_refusal(text)
            return "refusal" if refused else parsed.reason
        if reason := self.reason(text):
            return reason
        if room <= 0:
            return SURPLUS
        self.known.add(text_key(text))
        return ""
