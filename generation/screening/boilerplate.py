"""Texts that speak about the task instead of being one of its texts, or have blanks to fill in.

Each pattern is narrow: "Sure! See you at 8." and "Here are 10 tweets that made us laugh" are
texts that people write.
"""

from __future__ import annotations

import re

TEXTS = (
    r"(?:examples?|samples?|texts?|sentences?|tweets?|headlines?|messages?|reviews?|comments?|posts?"
    r"|jokes?|variations?|versions?|paraphrases?|rewrites?|items?|lists?)"
)
MADE = r"(?:examples?|samples?|variations?|paraphrases?|rewrites|rephrasings?)"
SOME = (
    r"(?:\d+|some|a few|several|more|your|two|three|four|five|six|seven|eight|nine|ten|twelve"
    r"|fifteen|twenty|an?other|additional)"
)
BLANKS = (
    r"(?:(?:your|insert|enter|the|first|last|full|user|customer|recipient|sender|company|brand"
    r"|product|event|phone|street|store|city|specific|relevant|any)[ _-]?)*"
    r"(?:name|username|user|company|brand|product|city|town|location|place|venue|event|date|time"
    r"|day|month|year|link|url|website|number|phone|e-?mail|address|amount|price|topic|person"
    r"|recipient|sender|customer|code|item|store|here)"
)
COMMENTS: dict[str, str] = {
    "a lead-in": (
        r"^\W*(?:(?:sure|certainly|of course|absolutely|okay|ok)\b\W{1,3})?"
        r"(?:here(?:'s| is| are)|below (?:is|are)|the following (?:is|are))\s"
        rf"(?:(?:\w+\s){{0,2}}{SOME}\b[^.!?\n]{{0,40}}\b{MADE}\b|[^.!?\n]{{0,60}}\b{TEXTS}\b[^.!?\n]{{0,80}}:\s*(?:$|\n))"
    ),
    "an offer of more": (
        r"\b(?:let me know if you(?:'d| would)? (?:like|need|want)|would you like me to"
        r"|i(?:'d be happy to|'ll| can) (?:write|generate|create|provide))\b"
        rf"[^.!?\n]{{0,40}}\b(?:{MADE}|more {TEXTS}|another {TEXTS}|generate|rewrite)\b"
    ),
    "a note on the texts": (
        rf"\b(?:these|this|all|the above) (?:{TEXTS}|names|data)"
        r" (?:is|are|was|were) (?:all |purely |entirely |completely )?"
        r"(?:fictional|fictitious|made[ -]up|invented|synthetic|generated|not real"
        r"|for illustrati\w+|hypothetical)\b"
    ),
    "a comment on itself": (
        r"^\W*(?:this|the|the above) (?:example|text|sentence|sample)"
        r" (?:demonstrates|illustrates|exemplifies|conveys|expresses)\b"
    ),
    "a numbered heading": (
        r"^\W*(?:example|sample|text|tweet|headline|message|sms|review|sentence|joke|comment|post"
        r"|paraphrase|variation|version)\s*(?:#|no\.?\s*)?\d{1,3}\W{0,3}[:：]"
    ),
    "a heading": (
        r"^\W*(?:examples?|sample|sample text|example text|text|generated text|output|paraphrased?"
        r"|rewritten|rewritten text|label|intended label|category)\W{0,3}[:：](?=\s|\*)"
    ),
    "filler text": r"\blorem ipsum\b",
    "a blank to fill in": (
        rf"\[\s*(?:insert\b[^\]\n]{{1,40}}|{BLANKS})\s*\]"
        rf"|\{{{{?\s*{BLANKS}\s*\}}?\}}"
        rf"|<\s*(?:insert\b[^>\n]{{1,40}}|your {BLANKS})\s*>"
    ),
}
CASED: dict[str, str] = {
    "a blank to fill in": (
        r"\b(?:Dear|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Hi|Hello) X{3,}\b|[$£€]\s?X{2,}\b"
        r"|\bX{3}[- .]X{3,4}\b|\[X{2,}\]"
    ),
}
APOSTROPHE = re.compile("[’`]")
_patterns = [(what, re.compile(p, re.IGNORECASE)) for what, p in COMMENTS.items()]
_patterns += [(what, re.compile(p)) for what, p in CASED.items()]


def boilerplate(text: str) -> str:
    """What in the text is not the text itself; "" when nothing is.

    >>> boilerplate("Sure! Here are 10 examples:"), boilerplate("Sure! See you at 8.")
    ('a lead-in', '')
    """
    plain = APOSTROPHE.sub("'", text)
    return next((what for what, pattern in _patterns if pattern.search(plain)), "")
