"""`rounds SLUG [VERB]`: rounds on the built-in page, and what can be done with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.urls import reverse

from curation.assignment import Checks, ChecksError
from curation.errors import BadInput, NothingToDo
from curation.forms.rounds import way_problem
from curation.management.base import ConcordCommand
from curation.models import AnnotationRound, Project
from curation.reporting.links import worker_advice, worker_query
from curation.services.annotating.joining import entry_link, invite, worker_name
from curation.services.annotating.rounds import (
    RoundOptions,
    add_new_texts,
    change_state,
    open_round,
    withdraw_links,
)
from curation.services.annotating.saved import votes_saved
from curation.services.projects import set_threshold

STATES = {"pause": "paused", "reopen": "open", "close": "closed"}


class Command(ConcordCommand):
    help = "List rounds; open one on the built-in page; give out links; pause, close, refill."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "verb", nargs="?", default="list",
            choices=[
                "list", "open", "link", "withdraw", "pause", "reopen", "close", "refill",
                "threshold",
            ],
        )  # fmt: skip
        parser.add_argument("--round", type=int, help="its number; the newest if left out")
        add_round_options(parser)
        parser.add_argument("--days", type=int, default=30, help="how long a link lives")
        parser.add_argument("--for", dest="worker", default="", help="a link for one person")

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        verb = options["verb"]
        if verb == "list":
            self._list(project)
        elif verb == "threshold":
            self._threshold(project, options["gamma"])
        elif verb == "open":
            self._say(open_round(project, round_options(options)), options, "Opened")
        else:
            self._act(_round(project, options["round"]), verb, options)

    def _threshold(self, project: Project, gamma: float | None) -> None:
        if gamma is not None:
            set_threshold(project, gamma)
        self.answer({"threshold": project.threshold}, f"γ of {project.slug}: {project.threshold:g}")

    def _act(self, target: AnnotationRound, verb: str, options: dict[str, Any]) -> None:
        if verb in STATES:
            change_state(target, STATES[verb])
            self._say(target, options, f"Now {STATES[verb]}:")
        elif verb == "refill":
            added = add_new_texts(target)
            self.answer({"round": target.number, "added": added}, f"{added} texts added.")
        elif verb == "withdraw":
            withdraw_links(target)
            self._say(target, options, "Older links are void;")
        else:
            self._say(target, options, "Link into")

    def _say(self, target: AnnotationRound, options: dict[str, Any], what: str) -> None:
        worker = options["worker"].strip()
        if worker:
            invite(target, worker_name(target, worker))
        link = address_of(target, days=options["days"], worker=worker)
        self.answer(
            {"round": target.number, "state": target.state, "link": link,
             "tasks": target.tasks.count()},
            f"{what} round {target.number} of {target.project.slug} "
            f"({target.tasks.count()} tasks, {target.get_state_display()}).\n"
            f"{_way_in(target, link, options['days'], worker)}",
        )  # fmt: skip

    def _list(self, project: Project) -> None:
        rows = [(target, votes_saved(target)) for target in project.rounds.all()]
        lines = [
            f"round {target.number}: {target.get_front_display()}, {target.get_state_display()}, "
            f"{saved.sentence()}{' ' + target.trouble if target.trouble else ''}"
            for target, saved in rows
        ]
        self.answer(
            {"rounds": [_row(target, saved.as_json()) for target, saved in rows]},
            "\n".join(lines)
            or f"No rounds yet; open one with manage.py rounds {project.slug} open.",
        )


def add_round_options(parser: CommandParser) -> None:
    """How a round is held."""
    parser.add_argument("--overlap", type=int, help="votes per text, at most (the project's)")
    parser.add_argument("--first", type=int, help="adaptive: votes that every text gets")
    parser.add_argument("--gamma", type=float, help="adaptive: the threshold (the project's)")
    parser.add_argument("--confidence", type=float, default=0.98, help="adaptive: share of "
                        "decisions that shall equal those of the full overlap")  # fmt: skip
    parser.add_argument("--answers-each", type=int, help="tasks per person, at most")
    parser.add_argument("--lease-seconds", type=int, default=900, help="how long a "
                        "text is held for somebody")  # fmt: skip
    parser.add_argument("--gold", type=float, default=0.0, help="share of tasks with known answer")
    parser.add_argument("--attention", type=float, default=0.0, help="share of tasks that say "
                        "which label to give")  # fmt: skip
    parser.add_argument("--repeat", type=float, default=0.0, help="share of tasks asked twice")
    parser.add_argument("--qualification", type=int, default=0, help="known tasks to begin with")
    parser.add_argument("--pass-share", type=float, default=0.7, help="of them, to be right in")
    parser.add_argument("--consent", type=Path, help="a text file that people agree to first")
    parser.add_argument("--worker-parameter", default="", help="such as PROLIFIC_PID or workerId")
    parser.add_argument("--completion-code", default="", help="one for all; else one for each")
    parser.add_argument("--completion-url", default="", help="where people go back to")
    parser.add_argument("--invited-only", action="store_true", help="only people who get a link "
                        "of their own: rounds SLUG link --for ID")  # fmt: skip


def round_options(options: dict[str, Any]) -> RoundOptions:
    """Options as typed → the value object.

    Raises:
        BadInput: checks that cannot be meant.
    """
    names = ("gold", "attention", "repeat", "qualification", "pass_share")
    same = (
        "overlap", "first", "gamma", "confidence", "answers_each", "lease_seconds",
        "worker_parameter", "completion_code", "completion_url", "invited_only",
    )  # fmt: skip
    if problem := way_problem(options["worker_parameter"], options["completion_url"]):
        raise BadInput(problem)
    try:
        checks = Checks(**{name: options[name] for name in names})
    except ChecksError as error:
        raise BadInput(str(error)) from None
    consent = options["consent"].read_text(encoding="utf-8") if options["consent"] else ""
    return RoundOptions(checks=checks, consent=consent, **{name: options[name] for name in same})


def address_of(target: AnnotationRound, *, days: int, worker: str = "") -> str:
    """The whole address of a link into the round."""
    token = entry_link(target, days=days, worker=worker)
    return settings.CONCORD_PUBLIC_URL.rstrip("/") + reverse("annotate_join", args=[token])


def _way_in(target: AnnotationRound, link: str, days: int, worker: str) -> str:
    """Who comes in by the link, and what it needs; or what to do where nobody can."""
    command = f"manage.py rounds {target.project.slug}"
    if target.state != AnnotationRound.State.OPEN:
        state = target.get_state_display()
        return (
            f"It takes nobody in while it is {state}; open it again with "
            f"{command} reopen --round {target.number}."
        )
    if worker:
        return f"They come in by this link for {days} days: {link}"
    if target.invited_only:
        return f"Only people with a link of their own come in: {command} link --for ID"
    advice = worker_advice(target.worker_parameter)
    return (
        f"People come in by this link for {days} days. {advice}\n"
        f"{link}{worker_query(target.worker_parameter)}"
    )


def _round(project: Project, number: int | None) -> AnnotationRound:
    rounds = project.rounds.filter(front=AnnotationRound.Front.PAGE)
    target = rounds.filter(number=number).first() if number is not None else rounds.last()
    if target is None:
        which = "no round" if number is None else f"no round {number}"
        raise NothingToDo(
            f"Project {project.slug!r} has {which} on the built-in page; "
            f"open one with manage.py rounds {project.slug} open."
        )
    return target


def _row(target: AnnotationRound, saved: dict[str, Any]) -> dict[str, Any]:
    return {
        "round": target.number,
        "front": target.front,
        "state": target.state,
        "simulated": target.simulated,
        "trouble": target.trouble,
        **saved,
    }
