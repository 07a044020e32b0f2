"""Grammar files, checked: every slot is there, has values and ends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from curation.errors import BadInput
from curation.importers.lines import text_lines

SLOT = re.compile(r"\{([^{}]*)\}")
SHARED = "slots"
MOST_NESTED = 20  # slots inside slots


@dataclass(frozen=True, kw_only=True)
class LabelRules:
    """One label's patterns and all slots they may use."""

    families: Mapping[str, list[str]]
    slots: Mapping[str, list[str]]


def read_rules(path: Path) -> dict[str, LabelRules]:
    """The rules of every label of a grammar file, in the file's order.

    Raises:
        BadInput: see `Grammar.read`.
    """
    where = repr(str(path))
    content = _yaml(path, where)
    shared = _lists(content.get(SHARED) or {}, what=f"slots of {where}")
    labels = {label: rules for label, rules in content.items() if label != SHARED}
    if not labels:
        raise BadInput(f"{where} has no label; write each label's code with its families.")
    return {str(label): _rules(label, given, shared, where) for label, given in labels.items()}


def _yaml(path: Path, where: str) -> dict[Any, Any]:
    text = "".join(line for _, line in text_lines(path))
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = " ".join(str(error).split())
        raise BadInput(f"{where} is not YAML ({problem}).") from None
    if not isinstance(content, dict):
        raise BadInput(f"{where} must name labels with their families, one below the other.")
    return content


def _rules(label: Any, given: Any, shared: Mapping[str, list[str]], where: str) -> LabelRules:
    if not isinstance(label, str):
        raise BadInput(f"{where} has a label {label!r}; put it in quotes so that it is a word.")
    if not isinstance(given, dict) or not given.get("families"):
        raise BadInput(f"Label {label!r} in {where} has no families; give it at least one.")
    families = _lists(given["families"], what=f"families of label {label!r} in {where}")
    own = _lists(given.get(SHARED) or {}, what=f"slots of label {label!r} in {where}")
    rules = LabelRules(families=families, slots={**shared, **own})
    slots = _Slots(rules.slots, where=f"label {label!r} in {where}")
    for patterns in (*families.values(), *own.values()):
        slots.check(patterns)
    return rules


def _lists(given: Any, *, what: str) -> dict[str, list[str]]:
    """Names with lists of texts, none of them empty and no text twice."""
    if not isinstance(given, dict):
        raise BadInput(f"The {what} must be names with lists of texts.")
    lists: dict[str, list[str]] = {}
    for name, texts in given.items():
        if not isinstance(texts, list) or not texts:
            raise BadInput(f"{name!r} of the {what} is empty or no list; give it a list of texts.")
        lists[str(name)] = list(dict.fromkeys(_text(text, name, what) for text in texts))
    return lists


def _text(text: Any, name: str, what: str) -> str:
    if isinstance(text, int | float) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str):
        raise BadInput(f"{text!r} in {name!r} of the {what} is no text; put it in quotes.")
    if set("{}") & set(SLOT.sub("", text)):
        raise BadInput(f"{text!r} in {name!r} of the {what} has a brace without its partner.")
    return text


class _Slots:
    """One label's slots, followed down to the words; each is looked at once."""

    def __init__(self, slots: Mapping[str, list[str]], *, where: str) -> None:
        self._slots = slots
        self._where = where
        self._depths: dict[str, int] = {}

    def check(self, patterns: list[str], *, inside: tuple[str, ...] = ()) -> int:
        """How deep the patterns' slots are nested, when all are known and none holds itself."""
        found = {slot for pattern in patterns for slot in SLOT.findall(pattern)}
        return max((self._depth(slot, inside) for slot in sorted(found)), default=0)

    def _depth(self, slot: str, inside: tuple[str, ...]) -> int:
        if slot not in self._slots:
            raise BadInput(f"A pattern of {self._where} has an unknown slot {slot!r}; add it.")
        if slot in inside:
            circle = " → ".join((*inside[inside.index(slot) :], slot))
            raise BadInput(f"The slots of {self._where} go round in a circle: {circle}.")
        if slot not in self._depths:
            # looking no further than the limit keeps this recursion, and that of filling, short
            deeper = len(inside) < MOST_NESTED
            below = self.check(self._slots[slot], inside=(*inside, slot)) if deeper else MOST_NESTED
            if below >= MOST_NESTED:
                raise BadInput(
                    f"The slots of {self._where} are nested more than {MOST_NESTED} deep; "
                    "write some of them out."
                )
            self._depths[slot] = below + 1
        return self._depths[slot]
