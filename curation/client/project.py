"""One project of an installation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .sending import Json, quoted

if TYPE_CHECKING:
    from .concord import Concord

ROWS, BYTES = 1_000, 1_500_000  # of one request that adds rows, at most


class Project:
    """One project. Every list is an iterator that asks for its pages as they are wanted."""

    def __init__(self, concord: Concord, slug: str) -> None:
        self.concord, self.slug = concord, slug
        self._path = f"/projects/{quoted(slug)}"

    def get(self, path: str = "", **query: Any) -> Any:
        """Anything below the project, such as `get("/agreement")`."""
        return self.concord.get(self._path + path, **query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.concord.post(self._path + path, body)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """PATCH, PUT or DELETE."""
        return self.concord.send(method, self._path + path, body)

    def pages(self, path: str, **query: Any) -> Iterator[Json]:
        return self.concord.pages(self._path + path, **query)

    def change(self, **fields: Any) -> Json:
        return self.concord.send("PATCH", self._path, fields)

    def examples(self, **filters: Any) -> Iterator[Json]:
        return self.pages("/examples", **filters)

    def add_examples(self, rows: Iterable[Json], **options: Any) -> Json:
        """Any number of {"id", "text", "label"}; counts of what was added and what was there."""
        return self._add("/examples", "examples", rows, options)

    def votes(self, **filters: Any) -> Iterator[Json]:
        return self.pages("/votes", **filters)

    def add_votes(self, rows: Iterable[Json], **options: Any) -> Json:
        """Any number of {"example", "annotator", "label"} or with "skip" for the label."""
        return self._add("/votes", "votes", rows, options)

    def explore(self, **policy: Any) -> Json:
        """What a policy keeps; nothing is written."""
        return self.post("/explorer", policy)

    def freeze(self, **policy: Any) -> Json:
        """The version that the policy freezes, waited for where a job makes it."""
        told = self.post("/versions", policy)
        if "version" in told:
            version: Json = told["version"]
            return version
        done = self.concord.wait(told)
        return self.get(f"/versions/{done['result']['version']}")

    def rows(self, version: int, **filters: Any) -> Iterator[Json]:
        return self.pages(f"/versions/{version}/rows", **filters)

    def export(self, version: int, form: str, to: str | Path) -> Path:
        """The zip of a version in that form, written to a file."""
        path = f"{self._path}/versions/{version}/export/{quoted(form)}"
        return self.concord.download(path, to)

    def generate(self, **wish: Any) -> Json:  # the job
        return self.post("/generation/runs", wish)

    def train(self, sources: Iterable[str], **options: Any) -> Json:  # the job
        return self.post("/training/runs", {"sources": list(sources), **options})

    def attach_predictions(self, run: str, rows: Iterable[Json]) -> Json:
        """What a classifier of yours says: {"example", "probabilities": {label: p}}."""
        return self._add("/predictions", "predictions", rows, {"run": run})

    def members(self) -> Iterator[Json]:
        return self.pages("/members")

    def invite(self, role: str, *, days: int = 7, note: str = "") -> Json:
        """The invitation with its `link`, which makes one person a member, once."""
        made = self.post("/invitations", {"role": role, "days": days, "note": note})
        return self.get(f"/invitations/{made['id']}")

    def change_role(self, user: str, role: str) -> Json:
        return self.send("PATCH", f"/members/{quoted(user)}", {"role": role})

    def remove_member(self, user: str) -> None:
        self.send("DELETE", f"/members/{quoted(user)}")

    def leave(self) -> None:
        """Give one's own role up; the last owner cannot."""
        self.post("/leave")

    def keep_secret(self, kind: str, address: str, value: str) -> Json:
        """A key to another server; nobody reads it again."""
        body = {"kind": kind, "address": address, "value": value}
        return self.send("PUT", "/secrets", body)

    def audit(self, **filters: Any) -> Iterator[Json]:
        """Who did what, newest first."""
        return self.pages("/audit", **filters)

    def annotators(self) -> Iterator[Json]:
        return self.pages("/annotators")

    def act_on(self, annotator: str, do: str, reason: str, **more: Any) -> Json:
        """`do` is warn, pause, resume, requeue or restore."""
        body = {"do": do, "reason": reason, **more}
        return self.post(f"/annotators/{quoted(annotator)}", body)

    def set_aside(self, reason: str, examples: Iterable[str] = (), **filters: Any) -> int:
        """Texts by their ids, or all that filters mean; how many were not aside before."""
        return self._act("set-aside", examples, filters, reason=reason)

    def take_back(self, examples: Iterable[str] = (), **filters: Any) -> int:
        return self._act("take-back", examples, filters)

    def report(self) -> Json:
        return self.get("/report")

    def aggregators(self) -> Json:
        """All side by side, compared anew where that is needed."""
        self.concord.wait(self.post("/jobs", {"kind": "aggregators"}))
        return self.get("/agreement/aggregators")

    def _act(self, what: str, examples: Iterable[str], filters: Json, **more: str) -> int:
        ids = list(examples)
        chosen = {"examples": ids} if ids or not filters else {"filter": filters}
        return int(self.post(f"/table/{what}", {**chosen, **more})["changed"])

    def _add(self, path: str, name: str, rows: Iterable[Json], options: Json) -> Json:
        """Send rows some at a time; the sums of what was answered."""
        total: Json = {}
        for some in _pieces(rows):
            for key, value in self.post(path, {name: some, **options}).items():
                total[key] = total[key] + value if key in total else value
        return total


def _pieces(rows: Iterable[Json]) -> Iterator[list[Json]]:
    some: list[Json] = []
    size = 0
    for row in rows:
        length = len(json.dumps(row))
        if some and (len(some) == ROWS or size + length > BYTES):
            yield some
            some, size = [], 0
        some.append(row)
        size += length
    if some:
        yield some
