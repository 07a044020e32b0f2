"""`simulate SLUG`: let a simulated crowd answer a round of its own."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from curation.errors import CurationError
from curation.management.base import ConcordCommand
from curation.models import AnnotationRound, Project
from curation.services.annotating.rounds import RoundOptions, open_round
from curation.services.annotating.saved import votes_saved
from curation.services.annotating.simulating import play_round
from curation.simulation import SimulatedCrowd, parse_kinds


class Command(ConcordCommand):
    help = "Let programs answer a round of their own, to try things out; they are never people."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "--crowd", default="expert:2,ordinary:8", help="such as expert:2,ordinary:6,careless:2"
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--overlap", type=int, help="votes per text, at most")
        parser.add_argument("--first", type=int, help="adaptive: votes that every text gets")
        parser.add_argument("--gamma", type=float, help="adaptive: the threshold (the project's)")
        parser.add_argument("--new-round", action="store_true", help="not the one begun earlier")

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        kinds = parse_kinds(options["crowd"])
        crowd = SimulatedCrowd.of(kinds, labels=project.label_names(), seed=options["seed"])
        target = self._begun(project, options) or self._open(project, options)
        given = self._play(target, crowd)
        saved = votes_saved(target)
        self.answer(
            {"round": target.number, "answers": given, "simulated": True, **saved.as_json()},
            f"Round {target.number}: {given} answers of a simulated crowd now; {saved.sentence()}",
        )

    def _play(self, target: AnnotationRound, crowd: SimulatedCrowd) -> int:
        with self.progress("Simulated crowd") as progress:
            try:
                return play_round(target, crowd, progress=progress)
            except CurationError:
                if not target.participations.exists():  # refused before anybody sat down
                    target.delete()
                raise

    def _begun(self, project: Project, options: dict[str, Any]) -> AnnotationRound | None:
        if options["new_round"]:
            return None
        rounds = project.rounds.filter(front=AnnotationRound.Front.SIMULATED)
        return rounds.filter(state=AnnotationRound.State.OPEN).last()

    def _open(self, project: Project, options: dict[str, Any]) -> AnnotationRound:
        wishes = RoundOptions(
            overlap=options["overlap"], first=options["first"], gamma=options["gamma"]
        )
        return open_round(project, wishes, simulated=True)
