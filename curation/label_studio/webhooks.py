"""Webhooks: Label Studio calls us when an answer comes or changes.

It calls once, in the annotator's own request, and never again if nobody answers. So a call is a
hint to look sooner; what counts is what we read.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from curation.label_studio.transport import Transport

SECRET_HEADER = "X-Concord-Secret"  # noqa: S105 - the name of a header
ACTIONS = (
    "ANNOTATION_CREATED",
    "ANNOTATIONS_CREATED",
    "ANNOTATION_UPDATED",
    "ANNOTATIONS_DELETED",
    "TASKS_DELETED",
)


def ensure(transport: Transport, project_id: int, *, url: str, secret: str) -> None:
    """Make sure that one webhook of ours is there: with this address, secret and actions.

    Ours are those with the path of `url`, which names the round; others are left alone.
    """
    doing = f"set up the webhook of remote project {project_id}"
    wanted = _wanted(project_id, url=url, secret=secret)
    listed = transport.get("/api/webhooks/", doing=doing, project=project_id)
    ours = [hook for hook in listed if urlsplit(str(hook["url"])).path == urlsplit(url).path]
    good = [hook for hook in ours if _fits(hook, wanted)][:1]
    if not good:
        transport.write("POST", "/api/webhooks/", doing=doing, json=wanted)
    for hook in ours:
        if hook not in good:
            transport.write("DELETE", f"/api/webhooks/{hook['id']}/", doing=doing)


def _wanted(project_id: int, *, url: str, secret: str) -> dict[str, Any]:
    return {
        "project": project_id,
        "url": url,
        "headers": {SECRET_HEADER: secret},
        "send_payload": False,  # texts and answers need not travel for a hint
        "send_for_all_actions": False,
        "is_active": True,
        "actions": list(ACTIONS),
    }


def _fits(hook: dict[str, Any], wanted: dict[str, Any]) -> bool:
    actions = sorted(hook.get("actions") or [])
    return {**hook, "actions": actions} == {**hook, **wanted, "actions": sorted(wanted["actions"])}
