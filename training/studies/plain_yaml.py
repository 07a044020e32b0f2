"""YAML of studies as somebody types it into a page: plain values and nothing that multiplies."""

from __future__ import annotations

from typing import Any

import yaml

DEEPEST = 20  # levels; a study has six


class PlainLoader(yaml.SafeLoader):
    """Plain values, no deeper than a study is, without references to earlier parts.

    A few lines of references to references stand for more values than any memory holds.
    """

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("it refers to an earlier part by *; write that part out")
        if self.depth >= DEEPEST:
            raise yaml.YAMLError(f"it is nested more than {DEEPEST} levels deep")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


class PlainDumper(yaml.SafeDumper):
    """Writes what `PlainLoader` reads."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
