"""A program that makes a project by the interface, to be killed at a moment of its choice.

Arguments: the token's key, and `work`, `answer` or `never`: killed while the rows are written,
or after they are but before anybody is answered. It prints the answer.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

ASKED = {"slug": "tweets", "labels": [{"name": "yes"}, {"name": "no"}]}


def main(key: str, moment: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "curation.settings")
    import django

    django.setup()
    from django.test import Client

    from curation.api import once
    from curation.api import projects as projects_module

    projects: Any = projects_module
    if moment == "work":
        projects.create_project = dying_after(projects.create_project)
    if moment == "answer":
        once._response = dying_after(once._response)
    client = Client(SERVER_NAME="localhost")
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "the-same"}
    answer = client.post(
        "/api/v1/projects", json.dumps(ASKED), content_type="application/json", headers=headers
    )
    repeated = answer.headers.get("Idempotent-Replayed", "")
    sys.stdout.write(json.dumps([answer.status_code, repeated, answer.json()["slug"]]))


def dying_after(do: Any) -> Any:
    def then_die(*values: Any, **named: Any) -> None:
        do(*values, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    return then_die


if __name__ == "__main__":
    main(*sys.argv[1:])
