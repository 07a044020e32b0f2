"""Whether a text is in the project's language.

First by its script, which tells at once; then, from five words on, by py3langid (140 languages,
its model is part of the package), and only where that is very sure. The model takes 100 MB of
memory and a second to load, so it is loaded when the first text needs it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from typing import Any

FEWEST_WORDS = 5  # that statistics need
FEWEST_COMMON_WORDS = 3  # among them, that are no names: not written with a capital
SURE = 0.9  # probability of another language
UNLIKELY = 0.05  # probability of the project's own
MOST_CHARACTERS = 1_000  # looked at
MOST_FOREIGN = 0.5  # share of letters in other scripts
MARKS = re.compile(r"https?://\S+|www\.\S+|[@#]\S+|<[^<>\n]{1,30}>|\S*\d\S*")

NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "mr": "Marathi",
    "ms": "Malay",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "sw": "Swahili",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tl": "Tagalog",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
KINDRED = [  # told apart too badly to reject a text for it
    {"no", "nn", "da"},
    {"hr", "sr", "sl", "bs"},
    {"id", "ms", "jv", "ace"},
    {"hi", "mr", "ne", "sa"},
    {"zh", "wuu", "yue"},
    {"es", "ext", "gl", "ast", "an"},
    {"pt", "gl"},
    {"fa", "arz", "sdh"},
    {"ar", "arz", "ary"},
    {"cs", "sk"},
    {"bg", "mk"},
    {"ru", "ba", "tt", "be"},
    {"en", "pcm", "zxx"},
    {"de", "lb"},
    {"nl", "af", "fy"},
    {"it", "vec", "lij"},
    {"fr", "oc", "fuv"},
    {"tl", "bcl"},
]
SCRIPTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("ru", "uk", "bg"), frozenset({"CYRILLIC"})),
    "sr": frozenset({"CYRILLIC", "LATIN"}),
    **dict.fromkeys(("ar", "fa", "ur"), frozenset({"ARABIC"})),
    **dict.fromkeys(("hi", "mr"), frozenset({"DEVANAGARI"})),
    "el": frozenset({"GREEK"}),
    "he": frozenset({"HEBREW"}),
    "bn": frozenset({"BENGALI"}),
    "ta": frozenset({"TAMIL"}),
    "te": frozenset({"TELUGU"}),
    "th": frozenset({"THAI"}),
    "ko": frozenset({"HANGUL", "CJK"}),
    "zh": frozenset({"CJK", "BOPOMOFO"}),
    "ja": frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
}
LATIN = frozenset({"LATIN"})
_codes = {name.casefold(): code for code, name in NAMES.items()}


def language_code(language: str) -> str:
    """The code of a language given by code or English name; "" when it cannot be checked.

    >>> language_code("English"), language_code("en-GB"), language_code("Quenya")
    ('en', 'en', '')
    """
    said = language.strip().casefold()
    code = _codes.get(said) or re.split("[-_]", said)[0]
    return code if code in NAMES else ""


def other_language(text: str, *, language: str) -> str:
    """What the text looks like instead of `language` (a code): "German"; "" when it may be it.

    >>> other_language("Wo bitte geht es hier zum Bahnhof?", language="en")
    'German'
    >>> other_language("Где вокзал?", language="en")
    'Cyrillic script'
    >>> other_language("Wo ist der Bahnhof?", language="en")  # too short to tell
    ''
    """
    shown = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])
    plain = " ".join(MARKS.sub(" ", shown).split())
    scripts = SCRIPTS.get(language, LATIN)
    if script := _foreign_script(plain, scripts):
        return f"{script} script"
    words = _in_scripts(plain, scripts).split()
    other = _surely(words, language) if len(words) >= FEWEST_WORDS else ""
    if other:  # foreign names alone make no foreign text
        common = [word for word in words if not word[:1].isupper()]
        other = _surely(common, language) if len(common) >= FEWEST_COMMON_WORDS else ""
    return NAMES.get(other, f"another language ({other})") if other else ""


def _surely(words: list[str], language: str) -> str:
    """The code of the other language that words are in, when that is sure; else ""."""
    likely = dict(_model().rank(" ".join(words)))
    best = max(likely, key=likely.__getitem__)
    own = max(likely.get(code, 0.0) for code in _kindred(language))
    sure = best not in _kindred(language) and likely[best] >= SURE and own <= UNLIKELY
    return best if sure else ""


def _foreign_script(text: str, scripts: frozenset[str]) -> str:
    """The script of most letters, when it is not one of the language's; else ""."""
    if text.isascii() and "LATIN" in scripts:
        return ""
    letters = Counter(_script(character) for character in text if character.isalpha())
    foreign = sum(n for script, n in letters.items() if script not in scripts)
    if foreign <= MOST_FOREIGN * letters.total():
        return ""
    return next(s for s, _ in letters.most_common() if s not in scripts).capitalize()


def _in_scripts(text: str, scripts: frozenset[str]) -> str:
    """The text without letters of other scripts, and in lower case where it shouts."""
    spoken = text.lower() if text.isupper() else text
    if text.isascii():
        return spoken
    return "".join(c for c in spoken if not c.isalpha() or _script(c) in scripts)


@lru_cache(maxsize=20_000)
def _script(character: str) -> str:
    """The first word of a character's name.

    >>> _script("ж"), _script("字")
    ('CYRILLIC', 'CJK')
    """
    first = unicodedata.name(character, "?").split()[0]
    return "LATIN" if first in {"FEMININE", "MASCULINE", "FULLWIDTH", "MODIFIER"} else first


@cache
def _kindred(language: str) -> frozenset[str]:
    return frozenset({language}).union(*(codes for codes in KINDRED if language in codes))


@cache
def _model() -> Any:
    from py3langid import langid  # type: ignore[import-untyped]

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
