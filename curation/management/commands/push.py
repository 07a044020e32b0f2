"""`push SLUG`: send the pool to Label Studio."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from django.core.management.base import CommandParser

from curation.assignment import Checks, ChecksError
from curation.errors import BadInput
from curation.management.base import ConcordCommand, add_front_options
from curation.services.annotating.rounds import RoundOptions
from curation.services.fronts import configured_front
from curation.services.rounds import NewRound, Pushed, push_tasks
from curation.services.rounds.people import deep_link


class Command(ConcordCommand):
    help = "Send the texts to Label Studio; what is there already is not sent again."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        add_front_options(parser)
        parser.add_argument(
            "--webhook",
            metavar="URL",
            help="where the server reaches this installation (CONCORD_PUBLIC_URL); '' for nowhere",
        )
        parser.add_argument(
            "--new-round", action="store_true", help="open a further round, with these options:"
        )
        parser.add_argument("--overlap", type=int, help="votes per text, at most (the project's)")
        parser.add_argument("--first", type=int, help="adaptive: votes that every text gets")
        parser.add_argument("--gamma", type=float, help="adaptive: the threshold (the project's)")
        parser.add_argument(
            "--confidence",
            type=float,
            default=RoundOptions.confidence,
            help="adaptive: share of decisions that shall equal those of the full overlap",
        )
        parser.add_argument(
            "--only-undecided",
            action="store_true",
            help="leave out texts that the votes so far decide about",
        )
        parser.add_argument("--gold", type=float, default=0.0, help="share of known answers")
        parser.add_argument("--attention", type=float, default=0.0)
        parser.add_argument(
            "--invited-only", action="store_true", help="set the answers of others aside"
        )

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        wish = new_round(options)
        front = configured_front(options["label_studio_url"], options["token"])
        with closing(front.front), self.progress("Sending tasks") as progress:
            result = push_tasks(
                project,
                front.front,
                url=front.url,
                wish=wish,
                webhook=options["webhook"],
                progress=progress,
            )
        self.answer(_row(result, front.url), _text(result))


def new_round(options: dict[str, Any]) -> NewRound | None:
    """The further round that the options ask for.

    Raises:
        BadInput: options that only a new round can have, or checks that cannot be meant.
    """
    plain = {"overlap": None, "first": None, "gamma": None, "confidence": RoundOptions.confidence,
             "only_undecided": False, "gold": 0.0, "attention": 0.0,
             "invited_only": False}  # fmt: skip
    given = [name for name, default in plain.items() if options[name] != default]
    if not options["new_round"]:
        if given:
            option = "--" + given[0].replace("_", "-")
            raise BadInput(f"{option} is for a new round; add --new-round, or leave it out.")
        return None
    try:
        checks = Checks(gold=options["gold"], attention=options["attention"])
    except ChecksError as error:
        raise BadInput(str(error)) from None
    names = ("overlap", "first", "gamma", "confidence", "invited_only")
    return NewRound(
        options=RoundOptions(checks=checks, **{name: options[name] for name in names}),
        only_undecided=options["only_undecided"],
    )


def _row(result: Pushed, url: str) -> dict[str, Any]:
    return {
        "round": result.round.number,
        "tasks": result.tasks,
        "sent": result.sent,
        "url": f"{url}/projects/{result.round.remote_project}",
        "start": deep_link(result.round),
        "server_version": result.round.server_version,
        "note": result.note,
    }


def _text(result: Pushed) -> str:
    lines = [
        f"Round {result.round.number} has {result.tasks} tasks in Label Studio, {result.sent} "
        "of them sent now.",
        f"Annotators start here: {deep_link(result.round)}",
        result.note,
    ]
    return "\n".join(line for line in lines if line)
