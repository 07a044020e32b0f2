"""Which texts of an answer become examples, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from generation.prompting.parse import UNREADABLE, ParsedText
from generation.screening.alone import Expected, finding_alone
from generation.screening.characters import storable
from generation.screening.checks import Checks
from generation.screening.finding import FINE, Finding
from generation.screening.giveaways import giveaway_words
from generation.screening.known import Kin, Look, Shelf
from generation.screening.languages import language_code
from generation.screening.meanings import Meanings
from generation.screening.reasons import REASONS
from generation.screening.refusals import is_refusal
from generation.screening.semantic import Embed

__all__ = ["REASONS", "SURPLUS", "Checks", "JudgedText", "Screen", "giveaway_words"]

SURPLUS = "surplus"  # good, but more than was asked for; the only reason that is no fault


@dataclass(frozen=True, kw_only=True)
class JudgedText:
    """One text of an answer with its verdict."""

    position: int  # in its answer, from 1
    text: str
    reason: str  # "" = becomes an example; else a key of REASONS
    detail: str = ""  # what was found, in a few words for a person; never a test text
    family: str = ""  # of the pattern it was made from, as the answer says


@dataclass
class Screen:
    """Limits, and the texts that are known already. Grows as texts are accepted.

    Checks go from cheap to dear, and those towards test and training texts before those towards the
    pool. Memory grows by about 150 bytes for each known text, and by as many more as an embedding
    has numbers when meanings are compared.
    """

    words: tuple[int, int]  # fewest and most that were asked for
    label_words: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by label code
    language: str = ""  # code or English name; "" or one that cannot be checked = any
    checks: Checks = field(default_factory=Checks)
    embed: Embed | None = None

    def __post_init__(self) -> None:
        if self.checks.semantic and self.embed is None:
            raise ValueError("Comparing meanings needs an encoder: give `embed`.")
        near, apart, semantic = self.checks.near, self.checks.near_apart, self.checks.semantic
        self._apart = Shelf(named="a test or training text", near=apart, semantic=semantic)
        self._pool = Shelf(named="an earlier text", near=near, semantic=semantic)
        self._code = language_code(self.language)

    def learn(self, texts: Iterable[str], *, apart: bool) -> None:
        """Make texts known, many at once. Those that are known already cost next to nothing.

        Args:
            texts: examples of the project, whoever stored them.
            apart: test and seed texts (being like them is leakage), or the project's pool.
        """
        (self._apart if apart else self._pool).learn(map(storable, texts), self.embed)

    def judge(
        self, parsed: Iterable[ParsedText], *, room: int, label: str = "", kin: Sequence[str] = ()
    ) -> list[JudgedText]:
        """A verdict for each text of one answer, in order.

        Args:
            parsed: as `parse_answer` returns it.
            room: ≥ 0, examples still wanted; good texts beyond it are SURPLUS.
            label: code of the label that was asked for; "" = any may not be given away.
            kin: texts that the call was shown to rewrite. Being near them is allowed; being equal
                is not.

        >>> screen = Screen(words=(1, 9))
        >>> answer = [ParsedText(text="Hello!"), ParsedText(text="hello")]
        >>> [text.reason for text in screen.judge(answer, room=5)]
        ['', 'duplicate']
        """
        drafts = list(parsed)
        looks = [Look(storable(draft.text)) for draft in drafts]
        alone = [self._alone(draft, look, label) for draft, look in zip(drafts, looks, strict=True)]
        waiting = [look for look, finding in zip(looks, alone, strict=True) if not finding]
        decided = iter(self._decide(waiting, kin=kin, room=room))
        return [
            _judged(position, draft, finding or next(decided))
            for position, (draft, finding) in enumerate(zip(drafts, alone, strict=True), start=1)
        ]

    def verdict(
        self, parsed: ParsedText, *, room: int, label: str = "", kin: Sequence[str] = ()
    ) -> str:
        """The verdict on one text; an accepted one is known from now on."""
        (judged,) = self.judge([parsed], room=room, label=label, kin=kin)
        return judged.reason

    @property
    def nbytes(self) -> int:
        """Bytes of all that grows with the known texts."""
        return self._apart.nbytes + self._pool.nbytes

    def _alone(self, draft: ParsedText, look: Look, label: str) -> Finding:
        """What speaks against a text by itself."""
        if draft.reason:
            refused = draft.reason == UNREADABLE and is_refusal(look.text)
            return Finding("refusal" if refused else draft.reason)
        giveaways = self.label_words.get(label, frozenset())
        if not label:
            giveaways = frozenset().union(*self.label_words.values())
        expected = Expected(words=self.words, giveaways=giveaways, language=self._code)
        return finding_alone(look.text, expected, self.checks)

    def _decide(self, looks: Sequence[Look], *, kin: Sequence[str], room: int) -> list[Finding]:
        """A finding for each text, beside all known ones and those accepted before it."""
        relatives = Kin.of(kin, self.embed if self.checks.semantic else None)
        meanings = self._meanings(looks, relatives)
        findings = []
        for place, look in enumerate(looks):
            finding = self._known(look, relatives) or (
                meanings.finding(place) if meanings else FINE
            )
            if not finding and room <= 0:
                finding = Finding(SURPLUS)
            if not finding:
                room -= 1
                self._pool.add(look)
                if meanings:
                    meanings.accept(place)
            findings.append(finding)
        if meanings and self._pool.vectors is not None:
            self._pool.vectors.extend(meanings.accepted_vectors())
        return findings

    def _known(self, look: Look, kin: Kin) -> Finding:
        """Whether the text equals a known one, or almost."""
        if look.key in kin.keys:
            return Finding("duplicate", "equal to a text it was to rewrite")
        return self._apart.finding(
            look, kin, equal="leakage", near="near_leakage"
        ) or self._pool.finding(look, kin, equal="duplicate", near="near_duplicate")

    def _meanings(self, looks: Sequence[Look], kin: Kin) -> Meanings | None:
        """The texts' embeddings beside what is known; None when meanings are not compared."""
        apart, pool = self._apart.vectors, self._pool.vectors
        if not looks or self.embed is None or apart is None or pool is None:
            return None
        vectors = self.embed([look.text for look in looks])
        limit = self.checks.semantic
        return Meanings.beside(vectors, apart=apart, pool=pool, kin=kin.vectors, limit=limit)


def _judged(position: int, draft: ParsedText, finding: Finding) -> JudgedText:
    return JudgedText(
        position=position,
        text=storable(draft.text),
        reason=finding.reason,
        detail=finding.detail,
        family=getattr(draft, "family", ""),
    )
