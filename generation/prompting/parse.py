"""From an answer to texts: JSON where there is some, else numbered or bulleted lines.

Each text is read by itself, so a bad one never spoils its neighbours, and what cannot be read is
kept with its reason. No answer, whatever it holds, raises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from generation.prompting.lines import ends_in_entry, listed_lines

EMPTY = "empty"
UNREADABLE = "unreadable"  # nothing in the answer looks like a list of texts
MALFORMED = "malformed"  # this one of the list is broken JSON
TRUNCATED = "truncated"  # the answer ends in the middle of it
NOT_TEXT = "not_text"  # a number, a list, an object without a text
OTHER_LABEL = "other_label"  # the answer itself gives it another label

TEXT_KEYS = ("text", "example", "sentence", "content", "tweet", "headline", "message")
CUT_OFF = {"length", "max_tokens", "model_length"}  # how servers say that an answer was cut off
FENCE = re.compile(r"```[\w-]*[ \t]*\n(.*?)(?:```|\Z)", re.DOTALL)
LIST_START = re.compile(r'\[\s*(?=["{])')
OBJECT_START = re.compile(r'\{\s*"')
OBJECT_LINE = re.compile(r'\n\s*\{\s*"')
NUMBERED = re.compile(r"\D{0,20}\d{1,4}")  # {"1": "first text", "2": "second text"}
NEXT_ELEMENT = re.compile(r'["}]\s*,\s*(?=["{])')
BLANK = re.compile(r"[\s,]*")

_decoder = json.JSONDecoder(strict=False)


@dataclass(frozen=True, kw_only=True)
class ParsedText:
    """One text of an answer. `reason` is "" when it can be read, else why not."""

    text: str
    reason: str = ""
    family: str = ""  # of the pattern it was made from, where the answer says so


@dataclass(frozen=True)
class _Broken:
    """A stretch of a list that is not JSON."""

    text: str
    reason: str


def ends_early(finish_reason: str) -> bool:
    """Whether a server says so that an answer was cut off at its limit.

    >>> ends_early("length"), ends_early("stop")
    (True, False)
    """
    return finish_reason.casefold() in CUT_OFF


def parse_answer(
    answer: str,
    *,
    label_words: frozenset[str] = frozenset(),
    n_texts: int = 10,
    cut_off: bool = False,
) -> list[ParsedText]:
    """The texts of an answer in their order, readable or not; at least one entry.

    Args:
        answer: what the model wrote, as it came.
        label_words: code and title of the label asked for, in lower case. An element that names
            another label is kept as OTHER_LABEL. Empty: labels in the answer are not looked at.
        n_texts: asked for. Of one text alone, an answer that is no list may be the text itself.
        cut_off: the answer ended before the model did. JSON shows where its last text ends; the
            last of a list of lines is TRUNCATED, whatever it ends with, unless a blank line
            and other words follow it.

    >>> [text.text for text in parse_answer('Sure! {"examples": ["One.", "Two."]}')]
    ['One.', 'Two.']
    >>> [text.reason for text in parse_answer("1. One.\\n2. Two, but", cut_off=True)]
    ['', 'truncated']
    """
    body = spoken_body(answer)
    if not body:
        return [ParsedText(text="", reason=EMPTY)]
    elements = _whole(body)
    if elements is None:
        elements = list(_lists(body)) or _objects(body)
    if elements:
        return [_parsed(element, label_words) for element in elements]
    lines = [_text(line) for line in listed_lines(body)]
    texts = lines or [_alone(body, n_texts)]
    if cut_off and not texts[-1].reason and (ends_in_entry(body) or not lines):
        texts[-1] = replace(texts[-1], reason=TRUNCATED)
    return texts


def _alone(body: str, n_texts: int) -> ParsedText:
    """An answer that is no list: the one text that was asked for, or nothing to read."""
    alone = n_texts == 1 and not body.startswith(("{", "[")) and "\n\n" not in body
    return ParsedText(text=body, reason="" if alone else UNREADABLE)


def spoken_body(answer: str) -> str:
    """The answer without a model's thinking aloud and without a code fence.

    >>> spoken_body("<think>Hm.</think> Here:\\n```json\\n[1]\\n```")
    '[1]'
    >>> spoken_body("<think>1. A draft. 2. Ano")  # it was cut off before it spoke
    ''
    """
    spoken = answer.rpartition("</think>")[2]
    if spoken.lstrip().startswith("<think>"):
        return ""
    fenced = FENCE.search(spoken)
    return (fenced[1].strip() if fenced else "") or spoken.strip()


def _whole(body: str) -> list[Any] | None:
    """The elements of a body that is JSON and nothing else, or None."""
    try:
        value = _decoder.decode(body)
    except (ValueError, RecursionError):
        return None
    return _elements_of(value) if isinstance(value, list | dict) else None


def _elements_of(value: list[Any] | dict[str, Any]) -> list[Any] | None:
    """The list inside a decoded answer, whatever it is called; None when there is none."""
    if isinstance(value, list):
        return value or None
    lists = [inner for inner in value.values() if isinstance(inner, list)]
    if isinstance(value.get("examples"), list) or len(lists) == 1:
        return value.get("examples", lists[0]) or None
    if any(key in value for key in TEXT_KEYS):
        return [value]
    numbered = value and all(NUMBERED.fullmatch(key) for key in value)
    return list(value.values()) if numbered else None


def _lists(body: str) -> Iterator[Any]:
    """The elements of every list of texts or objects in `body`."""
    position = 0
    while start := LIST_START.search(body, position):
        position = start.end()
        while (position := _skip(body, position)) < len(body) and body[position] != "]":
            element, position = _element(body, position)
            yield element


def _element(body: str, position: int) -> tuple[Any, int]:
    """The list element that begins at `position`, or what is broken there; and where it ends."""
    try:
        element, end = _decoder.raw_decode(body, position)
        after = _skip_space(body, end)
        if after >= len(body) or body[after] in ",]":
            return element, end
    except (ValueError, RecursionError):
        pass
    next_one = NEXT_ELEMENT.search(body, position + 1)
    end = next_one.start() + 1 if next_one else len(body)
    return _broken(body[position:end], last=next_one is None), end


def _objects(body: str) -> list[Any]:
    """The elements of the objects in `body`, one below the other, and what is broken between them.

    None where every object is broken: then the body may be something else.
    """
    found: list[Any] = []
    start = OBJECT_START.search(body)
    while start:
        begins = start.end() - len(start[0].lstrip())
        try:
            value, position = _decoder.raw_decode(body, begins)
            found += _elements_of(value) or []
            start = OBJECT_START.search(body, position)
        except (ValueError, RecursionError):
            start = OBJECT_LINE.search(body, begins)
            stretch = body[begins : start.start() if start else len(body)]
            found.append(_broken(stretch, last=start is None))
    return found if any(not isinstance(element, _Broken) for element in found) else []


def _broken(stretch: str, *, last: bool) -> _Broken:
    """A broken element; the last one of an answer without its closing bracket was cut off."""
    cut_off = last and not stretch.rstrip().endswith(("]", "}", "`"))
    return _Broken(stretch.strip(), TRUNCATED if cut_off else MALFORMED)


def _skip(body: str, position: int) -> int:
    found = BLANK.match(body, position)
    return found.end() if found else position


def _skip_space(body: str, position: int) -> int:
    while position < len(body) and body[position].isspace():
        position += 1
    return position


def _parsed(element: Any, label_words: frozenset[str]) -> ParsedText:
    """One element of a list as a text, or with the reason why it is none."""
    if isinstance(element, _Broken):
        return ParsedText(text=element.text, reason=element.reason)
    if isinstance(element, str):
        return _text(element)
    if not isinstance(element, dict):
        return ParsedText(text=_dumped(element), reason=NOT_TEXT)
    family = element.get("family")
    read = _of_object(element, label_words)
    return replace(read, family=family.strip()) if isinstance(family, str) else read


def _of_object(element: dict[str, Any], label_words: frozenset[str]) -> ParsedText:
    named = element.get("label")
    if label_words and isinstance(named, str) and named.strip().casefold() not in label_words:
        return ParsedText(text=_dumped(element), reason=OTHER_LABEL)
    texts = [element[key] for key in TEXT_KEYS if isinstance(element.get(key), str)]
    return _text(texts[0]) if texts else ParsedText(text=_dumped(element), reason=NOT_TEXT)


def _text(text: str) -> ParsedText:
    stripped = text.strip()
    return ParsedText(text=stripped, reason="" if stripped else EMPTY)


def _dumped(element: Any) -> str:
    try:
        return json.dumps(element, ensure_ascii=False)
    except RecursionError:
        return "(nested too deep to show)"
