"""A real Label Studio server as an annotation front, through label-studio-sdk.

The SDK never repeats a request here: it would repeat writes too, and an import whose answer was
lost becomes doubles. What the SDK lacks (health, invitations, stable task lists) is plain HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from curation.label_studio import accounts, overlaps, pushing, reading, webhooks
from curation.label_studio.errors import Gone, LabelStudioError, NotOurs, Refused, ServerFailed
from curation.label_studio.front import AnnotatorSession
from curation.label_studio.interface import checked_overlap, instructions_page
from curation.label_studio.payload import (
    annotator_ids,
    is_address,
    task_from_json,
    tasks_to_json,
)
from curation.label_studio.records import RemoteOverlap, RemoteTask, ServerInfo, TaskToPush
from curation.label_studio.transport import TokenSigner, Transport, patiently, problem

TITLE_LIMITS = (3, 50)  # characters; the server refuses anything else
HEALTH_SECONDS = 10.0
SIGNED_BY_TRANSPORT = "signed-by-transport"


class LabelStudioClient:
    """One server, with the rights of the token's owner; may be shared by threads."""

    def __init__(self, url: str, token: str) -> None:
        from label_studio_sdk import LabelStudio

        self.url = url.rstrip("/")
        self._signer = TokenSigner(self.url, token)
        self._transport = Transport(self.url, sign=self._signer)
        self._sdk: Any = LabelStudio(
            base_url=self.url,
            api_key=SIGNED_BY_TRANSPORT,
            httpx_client=self._transport.http,
            max_retries=0,
        )
        self._emails: dict[int, str] = {}

    def close(self) -> None:
        self._transport.close()
        self._signer.close()

    # the server

    def check(self) -> ServerInfo:
        doing = "reach Label Studio"
        try:
            # a server that hangs must not keep a worker from the others
            patiently(
                lambda: self._transport.write("GET", "/health", doing=doing, timeout=HEALTH_SECONDS)
            )
            version = self._transport.get("/api/version", doing=doing)["release"]
        except (Gone, KeyError, TypeError) as error:
            raise ServerFailed(
                url=self.url, doing=doing, reason="there is no Label Studio at this address"
            ) from error
        user = self._read(doing, self._sdk.users.whoami)
        return ServerInfo(version=str(version), user=str(user.email))

    # projects

    def ensure_project(
        self, *, key: str, title: str, config: str, overlap: int, instructions: str
    ) -> int:
        checked_overlap(overlap)
        found = self._projects_with(key)
        if not found:
            with self._sdk_errors("create a remote project"):
                # overlap and the rest are set below, as they are for a project found half-made
                made = self._sdk.projects.create(
                    title=fitting_title(title), label_config=config, description=marked(key)
                )
            found = self._projects_with(key) or [int(made.id)]
            if int(made.id) != found[0]:
                self.delete_project(int(made.id))  # another process was quicker
        self.update_project(found[0], config=config, overlap=overlap, instructions=instructions)
        return found[0]

    def update_project(
        self, project_id: int, *, config: str, overlap: int, instructions: str
    ) -> None:
        doing = f"set up remote project {project_id}"
        page = instructions_page(instructions)
        with self._sdk_errors(doing):
            self._sdk.projects.update(
                project_id,
                label_config=config,
                maximum_annotations=checked_overlap(overlap),
                expert_instruction=page,
                show_instruction=bool(page),
                sampling="Uniform sampling",
                skip_queue="REQUEUE_FOR_OTHERS",
                enable_empty_annotation=False,
                show_collab_predictions=False,
                show_skip_button=True,
            )
        stored = self._read(doing, lambda: self._sdk.projects.get(project_id))
        if stored.maximum_annotations != overlap:
            reason = f"it kept an overlap of {stored.maximum_annotations} instead of {overlap}"
            raise Refused(url=self.url, doing=doing, reason=reason)

    def delete_project(self, project_id: int) -> None:
        try:
            with self._sdk_errors(f"delete remote project {project_id}"):
                self._sdk.projects.delete(project_id)
        except Gone:
            pass

    def _projects_with(self, key: str) -> list[int]:
        """Ids of the projects that carry our marker, lowest first."""
        listed = self._read(
            "list the remote projects",
            lambda: list(self._sdk.projects.list(include="id,description", page_size=500)),
        )
        ours = [row.id for row in listed if marker(key) in (row.description or "").splitlines()]
        return sorted(int(project_id) for project_id in ours)

    # tasks

    def push_tasks(
        self,
        project_id: int,
        tasks: Sequence[TaskToPush],
        *,
        batch: str,
        progress: Callable[[int], None] | None = None,
    ) -> dict[str, int]:
        return pushing.push(self, project_id, tasks, batch=batch, progress=progress)

    def changed_tasks(
        self, project_id: int, *, since: str | None, settled: bool = False
    ) -> Iterator[RemoteTask]:
        start = reading.start_of(since, settled=settled)
        for raw in reading.changed_tasks(self._transport, project_id, start=start):
            if not annotator_ids(raw) <= self._emails.keys():
                self._learn_emails(unknown=annotator_ids(raw))
            yield task_from_json(raw, emails=self._emails)

    def task_count(self, project_id: int, *, key: str = "") -> int:
        doing = f"count the tasks of remote project {project_id}"
        project = self._transport.get(
            f"/api/projects/{project_id}/", doing=doing, include="id,task_number,description"
        )
        if key and marker(key) not in (project["description"] or "").splitlines():
            raise NotOurs(url=self.url, doing=doing)
        return int(project["task_number"] or 0)

    def task_ids(self, project_id: int) -> dict[str, int]:
        return {external_id: ids[0] for external_id, ids in self.find_tasks(project_id).items()}

    def find_tasks(self, project_id: int, *, beyond: int = 0) -> dict[str, list[int]]:
        """External id → ids, above `beyond`, of the tasks that carry it, lowest first."""
        return reading.task_ids(self._transport, project_id, beyond=beyond)

    def has_annotations(self, task_id: int) -> bool:
        task = self._transport.get(f"/api/tasks/{task_id}/", doing=f"look at remote task {task_id}")
        return bool(task["annotations"])

    def delete_task(self, task_id: int) -> None:
        try:
            with self._sdk_errors(f"delete remote task {task_id}"):
                self._sdk.tasks.delete(str(task_id))
        except Gone:
            pass

    def import_tasks(self, project_id: int, tasks: Sequence[TaskToPush], *, batch: str) -> None:
        """Add tasks once, in one transaction; the answer may get lost after it is committed."""
        with self._sdk_errors(f"push {len(tasks)} tasks into remote project {project_id}"):
            self._sdk.projects.import_tasks(project_id, request=tasks_to_json(tasks, batch=batch))

    # how many people a task goes to

    def ask_again(self, project_id: int, wanted: Mapping[int, int]) -> int:
        return overlaps.ask_again(self, project_id, wanted)

    def settle(self, project_id: int, task_ids: Collection[int]) -> int:
        return overlaps.settle(self, project_id, task_ids)

    def read_overlaps(self, project_id: int, ids: Sequence[int]) -> dict[int, RemoteOverlap]:
        return reading.overlaps(self._transport, project_id, ids)

    def write_overlap(self, task_id: int, overlap: int, *, is_done: bool) -> None:
        self._transport.write(
            "PATCH",
            f"/api/tasks/{task_id}/",
            doing=f"ask for {overlap} answers to remote task {task_id}",
            # the overlap alone is stored, but the task is not shown
            json={"overlap": overlap, "is_labeled": is_done},
        )

    # hints

    def ensure_webhook(self, project_id: int, *, url: str, secret: str) -> None:
        webhooks.ensure(self._transport, project_id, url=url, secret=secret)

    # people

    def invite_link(self) -> str:
        return accounts.invite_link(self._transport)

    def annotator(self, email: str, *, password: str, name: str) -> AnnotatorSession:
        return accounts.annotator_session(
            self._transport, email.strip().lower(), password=password, name=name
        )

    def _learn_emails(self, *, unknown: set[int]) -> None:
        people = self._read("list the annotators", self._sdk.users.list)
        known = {int(row.id): row.email.lower() for row in people if is_address(row.email)}
        # one who has left the organisation is asked for once, not for every task
        nobody = {person: f"user-{person}" for person in unknown}
        self._emails = {**self._emails, **nobody, **known}

    # the SDK

    def _read(self, doing: str, call: Callable[[], Any]) -> Any:
        def once() -> Any:
            with self._sdk_errors(doing):
                return call()

        return patiently(once)

    @contextmanager
    def _sdk_errors(self, doing: str) -> Iterator[None]:
        """Turn what the SDK raises inside the block into our errors."""
        from label_studio_sdk.core.api_error import ApiError
        from label_studio_sdk.core.parse_error import ParsingError

        try:
            with self._transport.broken_connections(doing):
                yield
        except LabelStudioError:
            raise
        except (ApiError, ParsingError) as error:
            raise problem(error.status_code or 0, error.body, url=self.url, doing=doing) from error


def marker(key: str) -> str:
    """The line by which a remote project is known to be ours."""
    return f"concord-key: {key}"


def marked(key: str) -> str:
    """A remote project's description, carrying our marker."""
    return f"Kept by Concord; please leave this line as it is.\n{marker(key)}"


def fitting_title(title: str) -> str:
    """A title of 3 to 50 characters, which is all Label Studio takes.

    >>> fitting_title("x"), len(fitting_title("irony " * 20))
    ('x (project)', 50)
    """
    shortest, longest = TITLE_LIMITS
    text = " ".join(title.split())
    if len(text) < shortest:
        text = f"{text} (project)".strip()
    return text if len(text) <= longest else text[: longest - 1] + "…"
