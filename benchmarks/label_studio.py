"""10,000 tasks to a real Label Studio server and back with two votes each.

    python -m benchmarks.label_studio [--tasks 10000]

Server and client share this machine; the server is Label Studio's own, on SQLite. Votes are loaded
by import, as the administrator may, because people would take hours: so the tasks are sent, taken
off the server, loaded again with their votes, and found again by a push. Needs Label Studio
(`manage.py labelstudio install`, or CONCORD_LABEL_STUDIO_VENV).
"""

from __future__ import annotations

import argparse
import os
import random
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.recording import environment, record

ROOT = Path(__file__).resolve().parents[1]
T = TypeVar("T")
WORDS = 40  # in a text
VOTERS, VOTES = 8, 2
ASKED = 300  # tasks asked again, one request each
QUIET = 25.0  # seconds after which a project counts as idle


class Watch:
    """Takes the time of steps, and says it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, work: Callable[[], T]) -> T:
        started = time.perf_counter()
        result = work()
        self.seconds[name] = round(time.perf_counter() - started, 3)
        print(f"{self.seconds[name]:9.3f} s  {name}", flush=True)
        return result


@contextmanager
def studio() -> Iterator[tuple[Any, str]]:
    """A database and a Label Studio server of their own; the server's client and version."""
    venv = Path(os.environ.get("CONCORD_LABEL_STUDIO_VENV", ROOT / "var/label_studio/venv"))
    if not (venv / "bin" / "label-studio").exists():
        raise SystemExit("There is no Label Studio here; run manage.py labelstudio install.")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(CONCORD_HOME=folder, DJANGO_SETTINGS_MODULE="curation.settings")
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command

        from curation.label_studio.client import LabelStudioClient
        from curation.label_studio.embedded import EmbeddedServer

        call_command("migrate", verbosity=0)
        server = EmbeddedServer(Path(folder) / "label_studio", port=free_port(), venv=venv)
        server.install()
        credentials = server.start()
        try:
            with closing(LabelStudioClient(credentials.url, credentials.token)) as client:
                yield client, client.check().version
        finally:
            server.stop()


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_project(count: int) -> Any:
    from curation.services.examples import NewExample, add_examples
    from curation.services.projects import NewLabel, create_project

    dice = random.Random(0)
    words = [f"word{number}" for number in range(5_000)]
    project = create_project("big", labels=[NewLabel(name="a"), NewLabel(name="b")], overlap=VOTES)
    add_examples(
        project,
        (
            NewExample(
                external_id=f"e{number}",
                text=" ".join(dice.choices(words, k=WORDS)),
                source="synthetic",
                split="pool",
            )
            for number in range(count)
        ),
    )
    return project


def load_votes(client: Any, target: Any) -> None:
    """Take the tasks off the server and load them again with their votes."""
    dice = random.Random(0)
    http = client._transport
    for number in range(VOTERS):
        person = {"email": f"voter-{number}@crowd.local", "username": f"voter-{number}"}
        http.write("POST", "/api/users/", doing="make a voter", json=person)
    people = [row["id"] for row in http.get("/api/users/", doing="list voters")]
    http.write(
        "POST",
        f"/api/dm/actions?id=delete_tasks&project={target.remote_project}",
        doing="empty the project",
        json={"selectedItems": {"all": True, "excluded": []}},
    )
    target.tasks.update(remote_id=None)
    rows = list(target.tasks.order_by("pk").values_list("pk", "example__text"))
    path = f"/api/projects/{target.remote_project}/import"
    for start in range(0, len(rows), 1_000):
        tasks = [task_with_votes(dice, key, text, people) for key, text in rows[start:][:1_000]]
        http.write("POST", path, doing="load votes", json=tasks)


def task_with_votes(dice: random.Random, key: int, text: str, people: list[int]) -> dict[str, Any]:
    choice = {"from_name": "label", "to_name": "text", "type": "choices"}
    return {
        "data": {"text": text, "external_id": str(key), "push_batch": "loaded"},
        "annotations": [
            {
                "completed_by": person,
                "ground_truth": False,
                "was_cancelled": False,
                "result": [{**choice, "value": {"choices": [dice.choice("ab")]}}],
            }
            for person in dice.sample(people[1:], VOTES)
        ],
    }


def measure(count: int) -> dict[str, Any]:
    with studio() as (client, version):
        from curation.models import Annotation, AnnotationRound
        from curation.services.pulling import exchange
        from curation.services.rounds import push_tasks

        watch = Watch()
        project = make_project(count)

        def push() -> Any:
            return push_tasks(project, client, url=client.url, webhook="").round

        def pull() -> Any:
            return exchange(AnnotationRound.objects.get(), client).pulled

        target = watch("push", push)
        watch("push, nothing new", push)
        watch("load the votes (not ours)", lambda: load_votes(client, target))
        watch("push, all found again", push)
        first = watch("pull, all", pull)
        time.sleep(QUIET)
        again = watch("pull, the last seconds told again", pull)
        idle = [watch(f"pull, nothing new ({number})", pull) for number in (1, 2, 3)]
        tasks = list(target.tasks.values_list("remote_id", flat=True)[:ASKED])
        asks = dict.fromkeys(tasks, VOTES + 1)
        watch(f"ask {ASKED} tasks again", lambda: client.ask_again(target.remote_project, asks))
        watch("ask them once more", lambda: client.ask_again(target.remote_project, asks))
        votes = Annotation.objects.votes().count()
    assert votes == VOTES * count, f"{votes} votes came back"
    assert [result.changed_tasks for result in idle] == [0, 0, 0]
    return {
        "tasks": count,
        "votes": votes,
        "label_studio": version,
        "seconds": watch.seconds,
        "told_again": again.changed_tasks,
        "changed_tasks": first.changed_tasks,
        "per_second": {
            "pushed tasks": round(count / watch.seconds["push"]),
            "pulled tasks": round(count / watch.seconds["pull, all"]),
            "tasks asked again": round(ASKED / watch.seconds[f"ask {ASKED} tasks again"], 1),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000)
    options = parser.parse_args()
    before = environment()
    measured = measure(options.tasks)
    for name, rate in measured["per_second"].items():
        print(f"{rate:9} {name} a second")
    print(f"Kept in {record('label-studio', measured, before=before).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
