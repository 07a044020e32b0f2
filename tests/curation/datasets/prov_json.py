"""What the PROV-JSON submission asks of a document, as far as ours use it."""

from __future__ import annotations

import re
from typing import Any

RELATIONS = {
    "used": ("prov:activity", "activity", "prov:entity", "entity"),
    "wasGeneratedBy": ("prov:entity", "entity", "prov:activity", "activity"),
    "wasAssociatedWith": ("prov:activity", "activity", "prov:agent", "agent"),
    "wasAttributedTo": ("prov:entity", "entity", "prov:agent", "agent"),
    "wasDerivedFrom": ("prov:generatedEntity", "entity", "prov:usedEntity", "entity"),
}
KINDS = ("entity", "activity", "agent")
KNOWN_PREFIXES = {"prov", "xsd"}
LOCAL = re.compile(r"[A-Za-z0-9_.~/%-]+")


def problems_of(document: dict[str, Any]) -> list[str]:
    """What is wrong with a document; [] for a good one."""
    found = [f"unknown part {part!r}" for part in set(document) - {"prefix", *KINDS, *RELATIONS}]
    prefixes = KNOWN_PREFIXES | set(document.get("prefix", {}))
    for kind in KINDS:
        for name, attributes in document.get(kind, {}).items():
            found += _bad_names([name, *attributes], prefixes)
            found += [f"{name}: bad value {v!r}" for v in attributes.values() if not _is_value(v)]
    for relation in RELATIONS:
        for key, ends in document.get(relation, {}).items():
            found += [] if key.startswith("_:") else [f"{key!r} is no blank identifier"]
            found += _bad_ends(document, relation, ends)
    return found


def _bad_ends(document: dict[str, Any], relation: str, ends: dict[str, str]) -> list[str]:
    later, later_kind, earlier, earlier_kind = RELATIONS[relation]
    if set(ends) != {later, earlier}:
        return [f"{relation} has the ends {sorted(ends)}"]
    pairs = (ends[later], later_kind), (ends[earlier], earlier_kind)
    return [
        f"{relation}: {end!r} is no {kind}"
        for end, kind in pairs
        if end not in document.get(kind, {})
    ]


def _bad_names(names: list[str], prefixes: set[str]) -> list[str]:
    bad = []
    for name in names:
        prefix, _, local = name.partition(":")
        if prefix not in prefixes or not LOCAL.fullmatch(local):
            bad.append(f"{name!r} is no qualified name")
    return bad


def _is_value(value: Any) -> bool:
    if isinstance(value, dict):
        return set(value) <= {"$", "type", "lang"} and isinstance(value.get("$"), str)
    return isinstance(value, str | int | bool)
