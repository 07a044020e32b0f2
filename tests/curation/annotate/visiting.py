"""People on the built-in page, as a browser would come."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from curation.models import AnnotationRound
from curation.services.annotating.joining import entry_link
from curation.services.annotating.rounds import RoundOptions, open_round
from tests.factories import make_example, make_project

WORKER = "5f1a-WORKER-77"


def make_page_round(*texts: str, slug: str = "jokes", **options: Any) -> AnnotationRound:
    """An open round for a crowd of Prolific, with these texts (four by default)."""
    project = make_project(slug, overlap=3)
    for text in texts or [f"text {number}" for number in range(4)]:
        make_example(project, text)
    return open_round(project, RoundOptions(**{"worker_parameter": "PROLIFIC_PID"} | options))


def join_path(target: AnnotationRound, worker: str = WORKER, **link: Any) -> str:
    query = f"?{target.worker_parameter}={worker}" if worker else ""
    return f"/annotate/join/{entry_link(target, **link)}/{query}"


def path_of(target: AnnotationRound, part: str = "") -> str:
    return f"/annotate/{target.key}/{part}"


def enter(target: AnnotationRound, worker: str = WORKER) -> Client:
    """A browser that came in by the link; it has no account and no session."""
    browser = Client()
    answer = browser.get(join_path(target, worker))
    assert answer.status_code == 302, answer.content
    return browser


def ask_next(browser: Client, target: AnnotationRound) -> dict[str, Any]:
    answer = browser.get(path_of(target, "next/"))
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def post(browser: Client, target: AnnotationRound, part: str, body: Any) -> Any:
    sent = body if isinstance(body, str | bytes) else json.dumps(body)
    return browser.post(path_of(target, part), sent, content_type="application/json")


def give(browser: Client, target: AnnotationRound, **sent: Any) -> Any:
    """Answer the first text in this browser's hands, or the one named by `key`."""
    if "key" not in sent:
        sent["key"] = ask_next(browser, target)["tasks"][0]["key"]
    return post(browser, target, "answer/", sent)


def said(answer: Any) -> str:
    return str(answer.content.decode())
