"""A look ahead: what would be asked and roughly what it would take. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from curation.models import Project
from generation.prompting.few_shot import draw_shots
from generation.providers.base import Message
from generation.scheduling.shares import Estimate, call_seed, equal_shares, estimate_label
from generation.services.asking import Asked, brief_for, check_counts, seed_pools


@dataclass(frozen=True, kw_only=True)
class GenerationPlan:
    """The first prompt of each label, and an estimate for the whole from its beginning."""

    prompts: dict[str, list[Message]]  # label → messages
    estimate: Estimate


def plan_generation(project: Project, asked: Asked, *, count: int) -> GenerationPlan:
    """What `generate_examples` would send first, and the calls and tokens for `count` examples.

    Raises:
        BadInput: something given is wrong.
    """
    check_counts(count=count)
    brief = brief_for(project, asked.options)
    pools = seed_pools(project, asked)
    quotas = equal_shares(count, n_labels=len(brief.labels))
    prompts: dict[str, list[Message]] = {}
    estimates: list[Estimate] = []
    for label, quota in zip(brief.labels, quotas, strict=True):
        seed = call_seed(asked.seed, label=label.name, number=0)
        pool = pools[label.name]
        shots = draw_shots(pool, k=asked.options.shots, seed=seed) if pool else []
        prompts[label.name] = asked.how.messages(brief, label, turn=0, shots=shots)
        estimates.append(
            estimate_label(
                quota=quota,
                n_texts=brief.n_texts,
                turns=asked.turns,
                words=brief.words,
                opening=[message["content"] for message in prompts[label.name]],
            )
        )
    return GenerationPlan(
        prompts=prompts,
        estimate=Estimate(
            calls=sum(estimate.calls for estimate in estimates),
            prompt_tokens=sum(estimate.prompt_tokens for estimate in estimates),
            completion_tokens=sum(estimate.completion_tokens for estimate in estimates),
        ),
    )
