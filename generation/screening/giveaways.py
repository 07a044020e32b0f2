"""Texts that say their own label as a remark: "#irony", "Label: spam", "(sarcastic)".

A classifier would learn the remark. The same word in the middle of a sentence is ordinary use and
stays: "What a joy!", "positive news for shareholders".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

SHORTEST = 3  # letters of a word that gives a label away
FAMILIES: tuple[frozenset[str], ...] = tuple(
    frozenset(words.split())
    for words in (
        "irony ironic",
        "sarcasm sarcastic",
        "satire satirical",
        "humor humour humorous",
        "joy joyful",
        "anger angry",
        "sadness sad",
        "fear fearful",
        "disgust disgusted",
        "surprise surprised",
        "optimism optimistic",
        "pessimism pessimistic",
        "hate hateful",
        "offense offence offensive",
        "abuse abusive",
        "toxicity toxic",
        "sport sports",
    )
)
NEGATIONS = frozenset({"non", "not", "no", "un"})
NUMBERED = re.compile(r"(?:label|class|category|cat|topic|group|type|l|c)?[ ]?\d*")
GLUE = r"[\s_/-]*"
SORTS = (
    r"(?:texts?|tweets?|reviews?|examples?|messages?|sms|headlines?|posts?|comments?|sentences?"
    r"|statements?|jokes?|articles?|samples?)"
)
HEADINGS = (
    r"(?:(?:true |intended |gold |correct )?label|class|category|sentiment|emotion|tone|topic"
    r"|polarity|classification|annotation|tag)"
)
LABELLED = r"(?:labell?ed|labell?|annotated|categori[sz]ed)"


def giveaway_words(code: str, title: str) -> frozenset[str]:
    """The words that give a label away, in lower case: of its code, its title and their kin.

    A code that is only a number says nothing. A title of several words is taken when it holds a
    word of the code, or when the code says nothing; others ("As written") describe the label.

    >>> sorted(giveaway_words("irony", "Ironic"))
    ['ironic', 'irony']
    >>> sorted(giveaway_words("non_irony", "As written"))
    ['non ironic', 'non irony', 'not ironic', 'not irony']
    """
    named, titled = _words(code), _words(title)
    telling = not NUMBERED.fullmatch(named)
    found = set(_kin(named)) if telling else set()
    alone = " " not in titled
    shared = not found.isdisjoint(_kin(titled))
    if alone or shared or not telling or _same_stem(named, titled):
        found |= _kin(titled)
    return frozenset(word for word in found if len(word) >= SHORTEST)


def _words(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def _same_stem(named: str, titled: str) -> bool:
    return any(word[:4] == other[:4] for word in named.split() for other in titled.split())


def _kin(words: str) -> set[str]:
    """The words, and the same with the last one's adjective or noun."""
    *before, last = words.split() or [""]
    family = next((family for family in FAMILIES if last in family), frozenset({last}))
    if before and before[-1] in NEGATIONS - {"un"}:
        starts = [[*before[:-1], negation] for negation in ("non", "not")]
    else:
        starts = [before]
    return {" ".join([*start, one]) for start in starts for one in family}


def names_label(text: str, *, words: Iterable[str]) -> str:
    """The word by which the text says its own label as a remark; "" when it does not.

    >>> words = giveaway_words("joy", "Joy")
    >>> names_label("Sunshine at last! #joy", words=words), names_label("What a joy!", words=words)
    ('joy', '')
    """
    pattern = _pattern(frozenset(words))
    found = pattern.search(text) if pattern else None
    if found is None:
        return ""
    return _words(next(word for word in found.groups() if word))


@lru_cache(maxsize=256)
def _pattern(words: frozenset[str]) -> re.Pattern[str] | None:
    """All remarks with one of the words. Each part has the word as its group."""
    if not words:
        return None
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    word = "|".join(GLUE.join(map(re.escape, one.split())) for one in longest_first)
    named = rf"({word})"
    quoted = rf"[\"'“”‘’*]{{0,3}}{named}\b"
    parts = [
        rf"[#＃]{named}\b",  # a hashtag of its own
        rf"\A\W*{named}\W{{0,2}}(?:[:：]|\s[-–—]|[–—])\s",  # "Spam: …", "Irony - …"
        rf"\A\W*(?:an?\s)?{named}\s{SORTS}(?:\s#?\d+)?\W{{0,2}}(?:[:：]|\s?[-–—]\s)",
        rf"(?:\A|[\n(\[{{|]|[.!?…]\s)\W*{HEADINGS}\W{{0,3}}(?:[:：=]|\s[-–—])\W*{named}\b",
        rf"[(\[{{<](?:[\w\s]{{0,12}}\b)?{named}(?:\s(?:tone|voice|mode|{SORTS}))?[)\]}}>]",
        rf"</?\s*{named}\s*/?>|(?<!\w)/{named}\s*\Z",
        rf"\A\*+{named}\*+|\*+{named}\*+\W*\Z",
        rf"\b{LABELLED}\s(?:this\s)?(?:as\s|an?\s|under\s)*{quoted}",
        rf"\bthis\sis\s(?:an?|my)\s{quoted}[\"”'’*]*\s{SORTS}\b",
        rf"\bthis\s{SORTS}\sis\s(?:clearly\s|meant\sto\sbe\s|an?\sexample\sof\s)?{quoted}",
        rf"\A\W*(?:as|here(?:'|’)?s|here\sis)\san?\s{quoted}[\"”'’*]*\s{SORTS}\b",
        rf"\b(?:an?\s)?example\sof\s(?:an?\s)?{quoted}\s{SORTS}\b",
    ]
    return re.compile("|".join(parts), re.IGNORECASE)
