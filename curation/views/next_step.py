"""Where a project stands, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from curation.models import AnnotationRound, Project
from curation.reporting import wording
from curation.services.report.counts import ProjectCounts
from curation.services.report.policies import PolicyPanel
from curation.services.rounds.people import deep_link
from curation.views.stages import Progress, unfinished_stage


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """One sentence, and one thing to do: a job to start, a page to read, or a command to copy."""

    stands: str
    advice: str
    job: str = ""  # kind of the job that the button starts
    button: str = ""
    link: str = ""  # address that the button leads to instead
    commands: tuple[str, ...] = ()
    report: bool = False


def next_step(project: Project, progress: Progress, panels: list[PolicyPanel]) -> NextStep:
    idle = _when_idle(project, progress, panels)
    if not progress.busy:
        return idle
    return NextStep(
        stands=idle.stands,
        advice="Work is under way. You can leave this page; it goes on without it.",
    )


def _when_idle(project: Project, progress: Progress, panels: list[PolicyPanel]) -> NextStep:
    stage = unfinished_stage(progress)
    if stage == "generate":
        return _generate(project)
    if stage == "annotate":
        return _annotate(project, progress.counts)
    if stage == "curate":
        return _curate(project, progress)
    stands = _frozen(panels)
    if stage == "train":
        return NextStep(
            stands=stands,
            advice="Train classifiers to see whether the choice was right: on all texts, on what "
            "was kept, and on random subsets of the same size.",
            job="train",
            button="Train and compare",
        )
    return NextStep(
        stands=stands,
        advice="Everything has been measured once. The report tells what curation did.",
        report=True,
    )


def _generate(project: Project) -> NextStep:
    command = f"python manage.py generate {project.slug} --provider openai --model MODEL"
    return NextStep(
        stands="There are no texts to judge yet.",
        advice="Let a language model write some, or import texts you have.",
        link=reverse("start_next", args=[project.slug]),
        button="Go on with the first steps",
        commands=(
            f"{command} --method zero_shot --count 300",
            f"python manage.py import_examples {project.slug} texts.jsonl --split pool",
        ),
    )


def _annotate(project: Project, counts: ProjectCounts) -> NextStep:
    newest = counts.newest_round
    fronts, states = AnnotationRound.Front, AnnotationRound.State
    if newest is None or newest.front == fronts.VOTES or newest.state == states.CLOSED:
        return _open_round(project, counts)
    crowd = " (simulated)" if counts.simulated else ""
    stands = (
        f"{counts.answers:,} of {counts.wanted:,} answers{crowd} are in; "
        f"{counts.due:,} are still due."
    )
    if newest.front == fronts.SIMULATED:
        return NextStep(
            stands=stands,
            advice="A simulated crowd has begun to answer. Let it go on, or open a round for "
            "people.",
            link=reverse("round_new", args=[project.slug]),
            button="Open a round",
            commands=(f"python manage.py simulate {project.slug}",),
        )
    if newest.front == fronts.PAGE:
        return _on_page(newest, stands)
    if newest.remote_project is not None:
        return _in_label_studio(newest, stands)
    return NextStep(
        stands=stands,
        advice="Bring in what annotators answered in Label Studio since the last pull.",
        job="pull",
        button="Pull annotations",
    )


def _in_label_studio(target: AnnotationRound, stands: str) -> NextStep:
    slug = target.project.slug
    return NextStep(
        stands=stands,
        advice="Texts wait in Label Studio. What is answered there comes in by itself, as long as "
        "a worker runs; invite others by command.",
        link=deep_link(target),
        button="Judge in Label Studio",
        commands=(f"python manage.py labelstudio invite {slug} --emails ann@lab.org",),
    )


def _on_page(target: AnnotationRound, stands: str) -> NextStep:
    advice = (
        "People answer on the built-in page. Give out the round’s link, and see who takes part."
    )
    if target.state == AnnotationRound.State.PAUSED:
        advice = (
            f"Round {target.number} is paused, so nobody gets texts. Open it again on its page."
        )
    return NextStep(
        stands=stands,
        advice=advice,
        link=reverse("round", args=[target.project.slug, target.number]),
        button=f"See round {target.number}",
    )


def _open_round(project: Project, counts: ProjectCounts) -> NextStep:
    return NextStep(
        stands=f"{wording.plural(counts.pool, 'text')} wait to be judged.",
        advice="Open a round on the built-in page and give its link to people; that is the "
        "simplest. Or send the texts to Label Studio, or import votes you have.",
        link=reverse("round_new", args=[project.slug]),
        button="Open a round",
        commands=(
            f"python manage.py push {project.slug}",
            f"python manage.py import_votes {project.slug} votes.csv",
        ),
    )


def _curate(project: Project, progress: Progress) -> NextStep:
    counts = progress.counts
    crowd = "simulated annotators" if counts.simulated else "annotators"
    command = f"python manage.py curate {project.slug}"
    return NextStep(
        stands=f"{wording.plural(counts.votes, 'vote')} by {counts.annotators:,} {crowd} are in; "
        "nothing has been frozen yet.",
        advice="Decide what to keep: the most agreed share of each label, or every text that "
        "reaches an agreement of γ. See first what either does, then freeze it.",
        link=reverse("explorer", args=[project.slug]),
        button="Decide what to keep",
        commands=(f"{command} --threshold 0.8", f"{command} --keep-share 0.7"),
    )


def _frozen(panels: list[PolicyPanel]) -> str:
    panel = panels[0]
    judged = sum(outcome.judged for outcome in panel.outcomes)
    return (
        f"Version {panel.version.number} keeps {wording.share(panel.version.kept, judged)} "
        f"judged texts. {panel.finding}"
    )
