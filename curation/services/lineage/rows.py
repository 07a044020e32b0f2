"""The lineage of one row: how it was written, judged, decided, kept, and trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from curation.datasets import Policy
from curation.datasets.keeping import BELOW_THRESHOLD, BY_HAND
from curation.datasets.policy import percent
from curation.errors import RowNotFound
from curation.models import Annotation, DatasetExample, DatasetVersion, Example, Task
from curation.reporting import LabelStyle, wording
from curation.services.lineage.hooks import Fact, Origin, TrainedRun, origin_of, trained_on
from curation.services.lineage.recorded import recorded_origin
from curation.services.report.examples import ExampleCard, cards_of, cast_votes, styles_of


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One annotator's answer in one round."""

    annotator: str  # pseudonym
    label: LabelStyle | None  # None: skipped
    said: str  # the label's title, or why it was skipped
    counts: bool  # a vote: not a check, not of somebody excluded
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Judging:
    """The example in one round."""

    number: int
    front: str
    asked_as: str  # the task's purpose
    state: str
    answers: list[Answer]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The example in one version."""

    version: DatasetVersion
    label: LabelStyle
    verdict: str  # "kept, train" or "dropped: …"
    why: str  # in a sentence
    here: bool


@dataclass(frozen=True, kw_only=True)
class Word:
    """What one classifier says about the example."""

    run_key: str
    label: LabelStyle
    probability: float


@dataclass(frozen=True, kw_only=True)
class RowLineage:
    """Everything a row of a version came from and went into."""

    row: DatasetExample
    card: ExampleCard
    intended: LabelStyle | None
    origin: Origin | None
    rounds: list[Judging]
    since: str  # how its votes have changed since it was frozen; "" where they have not
    decided: list[Fact]
    standings: list[Standing]
    runs: list[TrainedRun]
    words: list[Word]


def row_lineage(version: DatasetVersion, external_id: str) -> RowLineage:
    """The lineage of the version's row of that id.

    Raises:
        RowNotFound: the version has no such row.
    """
    rows = version.rows.select_related("example__intended_label", "label")
    row = rows.filter(example__external_id=external_id).first()
    if row is None:
        raise RowNotFound(version=version.number, external_id=external_id)
    example, styles = row.example, styles_of(version.project)
    (card,) = cards_of([row], version.project)
    standings = standings_of(example, version, styles)
    return RowLineage(
        row=row,
        card=card,
        intended=card.strip.intended,
        origin=origin_of(example) or recorded_origin(example),
        rounds=rounds_of(example, styles),
        since=_since(row, version, styles),
        decided=_decided(row, version, styles),
        standings=standings,
        runs=runs_of(example),
        words=words_of(example, styles),
    )


def rounds_of(example: Example, styles: Sequence[LabelStyle]) -> list[Judging]:
    """The example in every round that asked about it, with all answers."""
    tasks = Task.objects.filter(example=example).select_related("round").order_by("round__number")
    found = Annotation.objects.filter(task__example=example).select_related("annotator", "label")
    answers: dict[int, list[Annotation]] = {}
    for one in found.order_by("pk"):
        answers.setdefault(one.task_id, []).append(one)
    return [
        Judging(
            number=task.round.number,
            front=task.round.get_front_display(),
            asked_as=task.purpose,
            state=task.get_state_display(),
            answers=[_answer(one, task, styles) for one in answers.get(task.pk, [])],
        )
        for task in tasks
    ]


def _answer(one: Annotation, task: Task, styles: Sequence[LabelStyle]) -> Answer:
    label = None if one.label is None else styles[one.label.position]
    excluded = one.annotator.standing == one.annotator.Standing.EXCLUDED
    skipped = f"skipped: {one.get_skip_reason_display()}" if one.skip_reason else "skipped"
    return Answer(
        annotator=one.annotator.name,
        label=label,
        said=skipped if label is None else label.title,
        counts=label is not None and task.purpose == Task.Purpose.VOTE and not excluded,
        at=one.answered_at,
    )


def _since(row: DatasetExample, version: DatasetVersion, styles: Sequence[LabelStyle]) -> str:
    now = [0] * len(styles)
    for vote in cast_votes(version.project, [row.example_id]).get(row.example_id, []):
        if vote.label is not None:
            now[vote.label] += 1
    if now == row.votes:
        return ""
    if not sum(now):
        return (
            "Its votes are no longer there, or no longer count: after version "
            f"{version.number} was frozen they were taken back, deleted or erased, or those who "
            "gave them were excluded. This version keeps the row as it was; a new one will not "
            "have it."
        )
    return (
        f"Its votes have changed since: {_counted(row.votes, styles)} when it was frozen, "
        f"{_counted(now, styles)} now."
    )


def _counted(votes: Sequence[int], styles: Sequence[LabelStyle]) -> str:
    return ", ".join(f"{n} {style.title}" for n, style in zip(votes, styles, strict=False) if n)


def _decided(
    row: DatasetExample, version: DatasetVersion, styles: Sequence[LabelStyle]
) -> list[Fact]:
    policy = Policy.from_json(version.policy)
    name = policy.aggregator.replace("_", "-")
    style = styles[row.label.position]
    facts = [
        Fact(term="Votes", text=f"{_counted(row.votes, styles)} (when it was frozen)"),
        Fact(term="Label", text=f"{style.title}, p = {row.probability:.3f} by {name}"),
        Fact(term="Agreement", text=f"aᵢ = {row.agreement:.3f}, entropy {row.entropy:.3f}"),
    ]
    if row.posterior_agreement is not None:
        interval = wording.between(row.posterior_low, row.posterior_high)
        text = f"{row.posterior_agreement:.3f} expected of more votes (95 % interval {interval})"
        facts.append(Fact(term="Posterior", text=text))
    if row.probabilities and len(styles) > 2:  # with two, p of the label says both
        shares = zip(row.probabilities, styles, strict=False)
        text = ", ".join(f"{one.title} {share:.3f}" for share, one in shares)
        facts.append(Fact(term="Probabilities", text=text))
    return facts


def standings_of(
    example: Example, version: DatasetVersion | None, styles: Sequence[LabelStyle]
) -> list[Standing]:
    """The example in every version that has it.

    Args:
        version: the one that is looked at.
    """
    rows = DatasetExample.objects.filter(example=example).select_related(
        "version__project", "label"
    )
    return [
        Standing(
            version=row.version,
            label=styles[row.label.position],
            verdict=verdict_of(row),
            why=why_of(row, Policy.from_json(row.version.policy)),
            here=version is not None and row.version_id == version.pk,
        )
        for row in rows.order_by("version__number")
    ]


def verdict_of(row: DatasetExample) -> str:
    if row.drop_reason:
        return f"dropped: {wording.reason(row.drop_reason)}"
    return f"kept, {row.split or 'train'}"


def why_of(row: DatasetExample, policy: Policy) -> str:
    """Why the policy, or somebody's hand, keeps or drops the row, with its numbers."""
    if row.drop_reason == BY_HAND:
        return "Somebody set the text aside, whatever the policy says of it."
    if row.drop_reason and row.drop_reason != BELOW_THRESHOLD:
        return f"The policy: {policy.sentence()}."
    gamma = dict(policy.label_thresholds).get(row.label.name, policy.threshold)
    if gamma is None:
        return f"The policy: {policy.sentence()}."
    verb = "is below" if row.drop_reason else "reaches"
    if policy.measure == "posterior":
        sure = f"with {percent(policy.certainty)} certainty"
        does = "does not reach" if row.drop_reason else "reaches"
        return f"Its posterior agreement {does} γ = {gamma:g} {sure}."
    return f"aᵢ = {row.agreement:.3f} {verb} γ = {gamma:g}."


def runs_of(example: Example) -> list[TrainedRun]:
    """Runs on versions that train on the example."""
    kept = DatasetExample.objects.filter(example=example, drop_reason="", split__in=["", "train"])
    versions = DatasetVersion.objects.filter(rows__in=kept).select_related("project")
    return [run for run in trained_on(list(versions)) if run.source.startswith("version:")]


def words_of(example: Example, styles: Sequence[LabelStyle]) -> list[Word]:
    """What classifiers say about the example."""
    said = example.predictions.select_related("label").order_by("run_key")
    return [
        Word(
            run_key=one.run_key,
            label=styles[one.label.position],
            probability=float(one.probs.get(one.label.name, 0.0)),
        )
        for one in said
    ]
