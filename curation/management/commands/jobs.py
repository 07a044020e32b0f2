"""Background work of a project: seen, started, stopped, tried again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from curation import jobs
from curation.errors import BadInput, NothingToDo
from curation.management.base import ConcordCommand
from curation.models import Job, Project

STARTABLE = (
    "pull",
    "agreement",
    "annotators",
    "aggregators",
    "explore",
    "map",
)  # without parameters
SHOWN = 20
ENDED = {Job.State.FAILED, Job.State.CANCELLED}


class Command(ConcordCommand):
    help = "List a project's jobs, start one, stop one, or try one again; a worker does them."

    def add_options(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        texts = {
            "list": "the newest jobs",
            "start": "have a worker do something",
            "cancel": "stop a job; what it had finished is kept",
            "again": "try a job again that failed or was cancelled",
        }
        for name, text in texts.items():
            verb = verbs.add_parser(name, help=text)
            verb.add_argument("slug", help="short name of the project")
            if name == "start":
                verb.add_argument("kind", choices=STARTABLE)
            elif name != "list":
                verb.add_argument("job", type=int, help="its number, as list says")

    def run(self, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(self.get_project(options["slug"]), options)

    def _list(self, project: Project, options: dict[str, Any]) -> None:
        found = list(project.jobs.order_by("-pk")[:SHOWN])
        lines = "\n".join(map(_line, found))
        self.answer({"jobs": [_plain(job) for job in found]}, lines or "There were no jobs yet.")

    def _start(self, project: Project, options: dict[str, Any]) -> None:
        params = {"aggregator": "majority"} if options["kind"] == "explore" else {}
        self._told(jobs.start_once(options["kind"], project, params).job)

    def _cancel(self, project: Project, options: dict[str, Any]) -> None:
        job = _job(project, options["job"])
        jobs.cancel(job)
        job.refresh_from_db()
        self._told(job)

    def _again(self, project: Project, options: dict[str, Any]) -> None:
        job = _job(project, options["job"])
        if job.state not in ENDED:
            raise NothingToDo(f"Job {job.pk} is {job.state}, so there is nothing to try again.")
        self._told(jobs.start_once(job.kind, project, job.params, queue=job.queue).job)

    def _told(self, job: Job) -> None:
        self.answer(_plain(job), _line(job))


def _job(project: Project, number: int) -> Job:
    found = project.jobs.filter(pk=min(number, 2**63 - 1)).first()
    if found is None:
        raise BadInput(
            f"Project {project.slug!r} has no job {number}; manage.py jobs list {project.slug} "
            "lists them."
        )
    return found


def _plain(job: Job) -> dict[str, Any]:
    names = ("kind", "state", "done", "total", "note", "error", "result")
    return {"id": job.pk, **{name: getattr(job, name) for name in names}}


def _line(job: Job) -> str:
    stopping = " (stopping)" if job.cancel_requested and job.state not in ENDED else ""
    return f"{job.pk:>6}  {job.kind:<14}{job.state}{stopping}  {job.error or job.note}".rstrip()
