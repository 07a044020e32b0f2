"""`pull SLUG`: bring annotations in from Label Studio."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from curation.errors import CurationError, FrontProblem
from curation.management.base import ConcordCommand, add_front_options
from curation.models import AnnotationRound
from curation.reporting.wording import plural
from curation.services.fronts import exchange_with
from curation.services.pulling import Exchanged
from curation.services.rounds import open_rounds, round_of
from curation.services.rounds.people import strangers


class Command(ConcordCommand):
    help = "Bring in the annotations that are new or changed on Label Studio."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--round", type=int, help="its number; all open rounds if left out")
        add_front_options(parser)

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        number = options["round"]
        targets = open_rounds(project) if number is None else [round_of(project, number)]
        done, failed = [], []
        for target in targets:
            try:
                done.append(self._exchange(target, options))
            except CurationError as error:
                failed.append(f"Round {target.number}: {error}" if len(targets) > 1 else str(error))
        if done:
            rows = [_row(result) for result in done]
            newest = rows[-1]
            self.answer({**newest, "rounds": rows}, "\n".join(_text(result) for result in done))
        if failed:
            raise FrontProblem("\n".join(failed))

    def _exchange(self, target: AnnotationRound, options: dict[str, Any]) -> Exchanged:
        with self.progress(f"Pulling round {target.number}") as progress:
            return exchange_with(
                target,
                url=options["label_studio_url"],
                token=options["token"],
                progress=progress,
            )


def _row(result: Exchanged) -> dict[str, Any]:
    return {
        "round": result.pulled.round.number,
        "changed_tasks": result.pulled.changed_tasks,
        "deleted_tasks": result.pulled.deleted_tasks,
        "annotations": result.pulled.annotations,
        "strays": result.pulled.strays,
        "strangers": strangers(result.pulled.round),
        "asked_again": result.followed.asked,
        "note": result.note,
    }


def _text(result: Exchanged) -> str:
    pulled, target = result.pulled, result.pulled.round
    slug = target.project.slug
    lines = [
        f"Round {target.number} has {plural(pulled.annotations, 'annotation')} now and "
        f"{plural(pulled.strays, 'answer')} set aside; "
        f"{plural(pulled.changed_tasks, 'task was read', 'tasks were read')}.",
        _if(result.followed.asked, "task goes to one person more.", "tasks go to one person more."),
        _if(
            pulled.deleted_tasks,
            f"task is gone from the server; manage.py push {slug} sends it again.",
            f"tasks are gone from the server; manage.py push {slug} sends them again.",
        ),
        *(
            f"{name} was not invited; take their answers with manage.py labelstudio accept "
            f"{slug} --person {name} --round {target.number}."
            for name in strangers(target)
        ),
        result.note,
    ]
    return "\n".join(line for line in lines if line)


def _if(count: int, one: str, many: str) -> str:
    return plural(count, one, many) if count else ""
