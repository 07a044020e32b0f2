from __future__ import annotations

import io
import json
from typing import Any

from django.core.management import call_command

from curation.models import Project
from tests.factories import make_example
from tests.generation.scripted_server import texts
from tests.generation.wishes import ask


def drafts(*arguments: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("drafts", "jokes", "--json", *arguments, stdout=out)
    return list(json.loads(out.getvalue())["drafts"])


def test_rejected_drafts_come_with_their_reason_and_the_newest_first(project: Project) -> None:
    ask(project, texts("Short.", "One fine joke."), texts("Tiny.", "One fine report."))

    shown = drafts()

    assert [(row["text"], row["reason"]) for row in shown] == [
        ("Tiny.", "too_short"),
        ("Short.", "too_short"),
    ]
    assert shown[1]["draft"] == "g1/joke/0/0/1"


def test_they_can_be_chosen_by_label_and_reason(project: Project) -> None:
    ask(project, texts("Short.", "One fine joke."), texts("Tiny.", "One fine report."))

    assert [row["text"] for row in drafts("--reason", "none", "--label", "news")] == [
        "One fine report."
    ]
    assert drafts("--run", "2") == []


def test_a_draft_that_is_like_a_test_text_is_not_shown(project: Project) -> None:
    make_example(project, "A secret text.", split="test", source="real", gold="joke")
    ask(project, texts("a secret text", "One fine joke."), texts("One fine report."))

    assert [row["reason"] for row in drafts()] == ["leakage"]
    assert "secret" not in json.dumps(drafts())
