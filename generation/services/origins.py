"""Where generated examples come from, for the hub's lineage."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from curation.datasets.lineage import Value
from curation.models import Example, Project
from curation.services.lineage.hooks import Fact, GeneratedBy, Origin
from generation.models import Call, Draft, GenerationRun
from generation.scheduling.budget import written_amount

TOLD = (  # columns of a run; what it was asked for is long
    "number", "method", "prompt_version", "seed", "provider", "model", "accepted", "rejected",
    "prompt_tokens", "completion_tokens", "spent", "price", "started_at",
)  # fmt: skip


def runs_of(project: Project, numbers: Sequence[int]) -> list[GeneratedBy]:
    """The runs of these numbers, by number."""
    runs = GenerationRun.objects.filter(project=project).order_by("number").only(*TOLD)
    if isinstance(numbers, range) and numbers.step == 1:  # hundreds of parameters take their time
        runs = runs.filter(number__gte=numbers.start, number__lt=numbers.stop)
    else:
        runs = runs.filter(number__in=numbers)
    return [_run(project, run) for run in runs]


def _run(project: Project, run: GenerationRun) -> GeneratedBy:
    progress: dict[str, Value] = {
        "accepted": run.accepted,
        "rejected": run.rejected,
        "prompt_tokens": run.prompt_tokens,
        "completion_tokens": run.completion_tokens,
    }
    if run.cost:
        progress["cost"] = run.cost
    return GeneratedBy(
        number=run.number,
        title=f"Generation run {run.number}, {run.method.replace('_', '-')}",
        details={
            "method": run.method,
            "prompt_version": run.prompt_version,
            "seed": run.seed,
            "provider": run.provider,
        },
        progress=progress,
        model=_model(run.provider.replace("_", "-"), run.model),
        started=run.started_at,
        address=reverse("generation_run", args=[project.slug, run.number]),
    )


def origin_of(example: Example) -> Origin | None:
    """How an example was written: its run, its call with prompt and cost, and its screening."""
    draft = (
        Draft.objects.filter(example=example)
        .select_related("call__run__project", "labelled_by")
        .first()
    )
    if draft is None:
        return None
    call, run = draft.call, draft.call.run
    slug = run.project.slug
    facts = [
        Fact(
            term="Run",
            text=f"{run.number}, {run.method.replace('_', '-')}, prompt {run.prompt_version}",
            address=reverse("generation_run", args=[slug, run.number]),
        ),
        Fact(term="Model", text=_model(run.provider, call.model or run.model)),
        Fact(
            term="Call",
            text=f"conversation {call.conversation}, turn {call.turn}, text {draft.position}",
            address=reverse("generation_call", args=[slug, call.pk]),
        ),
        Fact(term="Cost", text=_cost(call, run)),
    ]
    facts += [Fact(term=name, text=str(value)) for name, value in call.cell.items()]
    return Origin(facts=facts, prompt=_prompt(call), screening=_screening(draft, run))


def _model(provider: str, model: str) -> str:
    """Provider and model; a model that is named after its provider is named once."""
    return model if model.split(" ")[0] == provider else f"{provider} {model}".strip()


def _cost(call: Call, run: GenerationRun) -> str:
    if not run.price:
        return "not known"
    whole = written_amount(call.spent, currency=run.price["currency"])
    return f"{whole} for the call, which asked for {call.n_texts} texts"


def _prompt(call: Call) -> str:
    """What this turn added to its conversation."""
    return "\n\n".join(str(message.get("content", "")) for message in call.messages)


def _screening(draft: Draft, run: GenerationRun) -> list[Fact]:
    rejected = sum(run.reasons.values())
    return [
        Fact(
            term="Verdict",
            text=f"accepted; the run rejected {rejected:,} other drafts",
            address=reverse("generation_drafts", args=[run.project.slug, run.number]),
        )
    ] + (
        [Fact(term="Labelled by", text=f"call {draft.labelled_by_id}, a pass of its own")]
        if draft.labelled_by_id
        else []
    )
