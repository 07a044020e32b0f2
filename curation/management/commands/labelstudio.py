"""`labelstudio`: the server of our own, other servers' tokens, and people's way in."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.errors import BadInput
from curation.label_studio.embedded import EmbeddedServer, ServerStatus
from curation.management.base import ConcordCommand, add_front_options
from curation.models import AnnotationRound
from curation.services.annotating.rounds import change_state
from curation.services.fronts import configured_front, embedded_server, keep_token
from curation.services.rounds import current_round, round_of
from curation.services.rounds.people import Invited, accept_person, deep_link, invite_people

SERVER = ("install", "start", "stop", "status")
STATES = {"close": "closed", "reopen": "open"}


class Command(ConcordCommand):
    help = (
        "Install, start, stop or look at a Label Studio server on this machine; connect: keep the "
        "token of another one; invite SLUG: give people accounts and links; accept SLUG: take the "
        "answers of somebody who was not invited; close or reopen SLUG: stop or go on fetching."
    )

    def add_options(self, parser: CommandParser) -> None:
        choices = [*SERVER, "connect", "invite", "accept", *STATES]
        parser.add_argument("action", choices=choices)
        parser.add_argument("slug", nargs="?", default="")
        parser.add_argument("--round", type=int, help="its number; the newest if left out")
        parser.add_argument("--emails", help="a@b.org,c@d.org or a file with one on each line")
        parser.add_argument("--person", default="", help="the name answers were set aside under")
        add_front_options(parser)

    def run(self, **options: Any) -> None:
        action = options["action"]
        if action in SERVER:
            self._serve(action)
        elif action == "connect":
            self._connect(options["label_studio_url"], options["token"])
        elif action == "invite":
            self._invite(self._round(options), options)
        elif action in STATES:
            self._change(self._round(options), STATES[action])
        else:
            self._accept(self._round(options), options["person"])

    def _round(self, options: dict[str, Any]) -> AnnotationRound:
        if not options["slug"]:
            raise BadInput(f"Say which project: manage.py labelstudio {options['action']} SLUG.")
        project = self.get_project(options["slug"])
        number = options["round"]
        if number is None:
            return current_round(project, simulated=False)
        return round_of(project, number)

    def _serve(self, action: str) -> None:
        server = embedded_server()
        with self.progress(f"Label Studio: {action}") as progress:
            say = partial(progress, 0, 0)
            if action in {"install", "start"}:
                server.install(say)
            if action == "start":
                server.start(say)
            if action == "stop":
                server.stop()
        status = server.status()
        url = status.url
        self.answer(
            {"installed": status.installed, "running": status.healthy, "url": url},
            _text(server, status),
        )

    def _connect(self, url: str | None, token: str | None) -> None:
        if not url or not token:
            raise BadInput("Say which server: --label-studio-url http://host:8080 --token TOKEN.")
        info = keep_token(url, token)
        self.answer(
            {"version": info.version, "user": info.user},
            f"Label Studio {info.version} at {url} knows us as {info.user}; its token is kept.",
        )

    def _invite(self, target: AnnotationRound, options: dict[str, Any]) -> None:
        front = configured_front(
            options["label_studio_url"] or target.server_url, options["token"]
        ).front
        with closing(front), self.progress("Inviting") as progress:
            link = front.invite_link()
            emails = _emails(options["emails"]) if options["emails"] else []
            people = invite_people(target, front, emails, progress=progress) if emails else []
        start = deep_link(target)
        self.answer(
            {
                "round": target.number,
                "start": start,
                "sign_up": link,
                "people": [vars(person) for person in people],
            },
            "\n".join([*map(_line, people), f"They start here: {start}", _own_way(target, link)]),
        )

    def _change(self, target: AnnotationRound, state: str) -> None:
        change_state(target, state)
        is_open = state == AnnotationRound.State.OPEN
        self.answer(
            {"round": target.number, "state": state},
            f"Round {target.number} is {state}; a worker fetches its answers."
            if is_open
            else f"Round {target.number} is {state}: its answers are not fetched any more, though "
            "people can still give some on the server.",
        )

    def _accept(self, target: AnnotationRound, name: str) -> None:
        if not name:
            raise BadInput("Say whose answers: --person NAME, as manage.py pull tells it.")
        accept_person(target, name)
        self.answer(
            {"round": target.number, "annotator": name},
            f"{name} takes part in round {target.number}; manage.py pull {target.project.slug} "
            "brings their answers in.",
        )


def _emails(given: str) -> list[str]:
    """Addresses from the command line, or from a file with one on each line."""
    if "@" in given and not Path(given).is_file():
        return given.split(",")
    return Path(given).read_text(encoding="utf-8").replace(",", "\n").splitlines()


def _line(person: Invited) -> str:
    word = f"password {person.password}" if person.password else "has a password of their own"
    return f"{person.email}: {word} ({person.annotator})"


def _own_way(target: AnnotationRound, link: str) -> str:
    if target.invited_only:
        return f"Others sign up here, but their answers wait until you accept them: {link}"
    return f"Others sign themselves up here: {link}"


def _text(server: EmbeddedServer, status: ServerStatus) -> str:
    if status.healthy:
        return f"Label Studio runs at {status.url}; {server.login}."
    if status.installed:
        return "Label Studio is installed and stopped."
    return "It is not installed yet."
