"""What every peer asks for and how its answers are counted. Standard library only."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

MODEL = "tiny"
KEY = "none"
MAX_TOKENS = 2_000  # of one answer; distilabel's own 128 would cut each one off
SENTENCE = "It is short, complete by itself, does not name its label and repeats no other text."


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one peer made of the same number of calls."""

    peer: str
    version: str
    calls: int  # asked for
    texts_per_call: int
    texts: int  # different texts in the answers that came
    lost_rows: int  # no answer, for good
    unreadable_rows: int  # an answer, but not the list asked for; kept as it is
    wrong_texts: int  # in readable answers: of another label, repeated, or no text at all
    seconds: float  # from the first thing it does to the last
    settings: dict[str, Any]

    def print(self) -> None:
        print(json.dumps(asdict(self)))


def options(peer: str) -> argparse.Namespace:
    """The arguments of every peer's program."""
    parser = argparse.ArgumentParser(description=peer)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--calls", type=int, required=True)
    parser.add_argument("--texts-per-call", type=int, default=10)
    parser.add_argument("--timeout", type=int, default=0, help="seconds; 0 = the peer's own")
    return parser.parse_args()


def prompt(number: int, *, texts_per_call: int) -> str:
    """Call `number`'s prompt: as long as ours, and different from every other."""
    label = ("joke", "news")[number % 2]
    return (
        f'Write {texts_per_call} different texts whose label is "{label}".\n\n'
        f"Each text has 8 to 40 words. {SENTENCE} This is sheet {number}. "
        f"Answer with JSON only, {texts_per_call} strings in one list:\n"
        '{"examples": ["first text", "second text"]}'
    )


def outcome(
    peer: str,
    answers: Sequence[str | None],
    *,
    version: str,
    texts_per_call: int,
    seconds: float,
    settings: dict[str, Any],
) -> Outcome:
    """Count the answers; None is a row that was lost."""
    came = [answer for answer in answers if answer is not None]
    lists = [found for answer in came if (found := _texts(answer)) is not None]
    texts = {text for found in lists for text in found if isinstance(text, str) and text.strip()}
    return Outcome(
        peer=peer,
        version=version,
        calls=len(answers),
        texts_per_call=texts_per_call,
        texts=len(texts),
        lost_rows=len(answers) - len(came),
        unreadable_rows=len(came) - len(lists),
        wrong_texts=sum(map(len, lists)) - len(texts),
        seconds=round(seconds, 3),
        settings=settings,
    )


def _texts(answer: str) -> list[Any] | None:
    """The list of an answer; None when it is not what was asked for."""
    try:
        found = json.loads(answer)["examples"]
    except (ValueError, TypeError, KeyError):
        return None
    return found if isinstance(found, list) else None
