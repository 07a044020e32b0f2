"""What the hub's kinds of job do. Each may be killed and taken up again at any point."""

from __future__ import annotations

from typing import Any

from curation.errors import FrontProblem
from curation.models import Project
from curation.progress import Progress
from curation.services import agreement as agreement_service
from curation.services import fronts, rounds
from curation.services.aggregating.comparing import compare_aggregators
from curation.services.annotating import settling
from curation.services.corpus_map import draw_map, facts_of
from curation.services.datasets import FreezeAsked, freeze_asked
from curation.services.exploring import keep_evidence
from curation.services.objectivity.ranking import ranking
from curation.services.objectivity.studies import get_study
from curation.services.quality.measuring import measure
from curation.services.quality.rule import apply_flags
from curation.services.scoring import score_curves
from curation.services.statistics import figures_of, measure_agreement
from curation.services.summaries import refresh

PATIENCE = 600.0  # seconds for which a server that is away only delays a push


def push(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Send the pool to Label Studio. Params: none, or {"url"} of a server set up before."""
    front = fronts.configured_front(params.get("url"), project=project)
    result = rounds.with_patience(
        lambda: rounds.push_tasks(project, front.front, url=front.url, progress=progress),
        seconds=PATIENCE,
        progress=progress,
    )
    sent = {"round": result.round.number, "tasks": result.tasks, "sent": result.sent}
    return {**sent, "note": result.note} if result.note else sent


def pull(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Bring in what changed on Label Studio. Params: none, for all open rounds, or {"round"}."""
    number = params.get("round")
    targets = [rounds.round_of(project, number)] if number else rounds.open_rounds(project)
    results, failures = [], []
    for target in targets:
        try:
            results.append(fronts.exchange_with(target, progress=progress))
        except FrontProblem as error:
            failures.append(f"Round {target.number}: {error}")
    if failures:
        raise FrontProblem(" ".join(failures))
    return {
        "changed_tasks": sum(result.pulled.changed_tasks for result in results),
        "annotations": sum(result.pulled.annotations for result in results),
        "asked_again": sum(result.followed.asked for result in results),
    }


def settle(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Fit an adaptive round's stopping plan anew. Params: {"round": its number}."""
    progress(0, 1, "fitting the stopping plan")
    target = project.rounds.get(number=params["round"])
    return {"round": target.number, "wanting": len(settling.settle_round(target))}


def annotators(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Work out every annotator's figures, then do what the project's rule says. Params: none."""
    progress(0, 1, "reading all answers")
    known = measure(project)
    flagged = sum(bool(person["flags"]) for person in known.people.values())
    done = [one.sentence for one in apply_flags(project)]
    return {
        "answers": known.answers,
        "annotators": len(known.people),
        "flagged": flagged,
        "done": done,
    }


def agreement(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Measure agreement, and keep what its page shows.

    Params: {"aggregator"?: a key of AGGREGATORS}.
    """
    progress(0, 2, "counting votes")
    aggregator = params.get("aggregator", "majority")
    summary = agreement_service.summarise(project, aggregator=aggregator)
    progress(1, 2, "comparing annotators")
    return {**summary.as_json(), **figures_of(measure_agreement(project))}


def aggregators(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Compare all aggregators on the votes and keep what their page shows. Params: none."""
    kept = compare_aggregators(project, progress)
    found = kept.found
    return {
        "votes": kept.votes,
        "examples": found.examples,
        "flipping": found.flipping,
        "refused": [method.name for method in found.methods if method.refusal],
    }


def rank_tasks(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Rank the tasks of a study. Params: {"study": its slug}. The project is one of them."""
    progress(0, 1, "ranking")
    return ranking(get_study(params["study"])).as_json()


def explore(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Expect scores over thresholds, then lay out what the explorer's page shows.

    Params: {"aggregator"?: of AGGREGATORS, "seeds"?: a number}. The result is
    `ScoreCurves.as_json`.
    """
    progress(0, 1, "reading votes")
    scores = score_curves(project, **params, progress=progress)
    aggregator = params.get("aggregator", "majority")
    keep_evidence(project, aggregator=aggregator, topics=True, progress=progress)
    return scores.as_json()


def freeze(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Freeze the next version. Params: `FreezeAsked.as_json`.

    Taken up again after it was killed it finds the version by its fingerprint, if there is one.
    """
    frozen = freeze_asked(project, FreezeAsked.from_json(params), progress=progress)
    version = frozen.version
    return {"version": version.number, "created": frozen.created, "kept": version.kept}


def summaries(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Bring the table of examples up to the votes. Params: none, or {"anew": true}."""
    progress(0, 1, "looking for what is new")
    return {"texts": refresh(project, anew=bool(params.get("anew")), progress=progress)}


def corpus_map(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Draw the map of all texts. Params: none. Vectors that were made before a kill are kept."""
    facts = facts_of(draw_map(project, progress=progress))
    return {"texts": facts.texts, "shown": facts.shown, "groups": len(facts.groups)}
