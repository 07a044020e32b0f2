"""A look ahead: what would be asked and roughly what it would take. Changes nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from curation.models import Project
from generation.prompting.base import Brief
from generation.prompting.label_last import labelling_messages
from generation.prompting.wording import definition_warnings
from generation.providers import ADDRESSED
from generation.providers.address import checked_url
from generation.providers.base import Message
from generation.scheduling.budget import Price, written_amount
from generation.scheduling.estimate import (
    OFF,
    Estimate,
    Range,
    estimate_range,
    labelling_estimate,
)
from generation.scheduling.shares import call_seed, equal_shares
from generation.services.asking import Asked, Terms, brief_for, check_counts
from generation.services.generating import DEFAULT_TERMS
from generation.services.materials import stock_for
from generation.services.pricing import price_for


@dataclass(frozen=True, kw_only=True)
class GenerationPlan:
    """The first prompt of each label, and an estimate for the whole from its beginning."""

    prompts: dict[str, list[Message]]  # label → messages
    estimate: Range
    price: Price | None  # None: nobody knows it
    warnings: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As one JSON object; costs are null where nobody knows the price."""
        ends = {
            "low": self.estimate.low,
            "likely": self.estimate.likely,
            "high": self.estimate.high,
        }
        return {
            "prompts": self.prompts,
            "estimate": {name: self._end(end) for name, end in ends.items()},
            "price_as_of": self.price.as_of if self.price else None,
            "warnings": list(self.warnings),
        }

    def cost(self, end: Estimate) -> str:
        """What one end of the range costs, for people; "" where nobody knows."""
        if self.price is None:
            return ""
        return written_amount(end.cost(self.price), currency=self.price.currency)

    def _end(self, end: Estimate) -> dict[str, Any]:
        return {
            "calls": end.calls,
            "prompt_tokens": end.prompt_tokens,
            "completion_tokens": end.completion_tokens,
            "cost": self.cost(end) or None,
        }


def plan_generation(
    project: Project, asked: Asked, *, count: int, terms: Terms = DEFAULT_TERMS
) -> GenerationPlan:
    """What `generate_examples` would send first, and what `count` examples would take.

    Raises:
        BadInput: something given is wrong.
    """
    check_counts(count=count)
    brief = brief_for(project, asked.options)
    stock = stock_for(project, asked)
    price = price_for(
        asked,
        base_url=_address(asked),
        model=asked.model,
        given=terms.price,
        cap=terms.cap if asked.model else None,
    )
    quotas = equal_shares(count, n_labels=len(brief.labels))
    prompts: dict[str, list[Message]] = {}
    ranges: list[Range] = []
    for label, quota in zip(brief.labels, quotas, strict=True):
        seed = call_seed(asked.seed, label=label.name, number=0)
        material = stock.material(
            asked, label=label.name, n_texts=brief.n_texts, cell=stock.cells[0], seed=seed
        )
        prompts[label.name] = asked.how.messages(brief, label, turn=0, material=material)
        ranges.append(_range(asked, brief, quota=quota, opening=prompts[label.name]))
    warned = _warnings(asked, brief.labels)
    return GenerationPlan(prompts=prompts, estimate=_sum(ranges), price=price, warnings=warned)


def _address(asked: Asked) -> str:
    """Where the model would be asked; "" where it is no server."""
    if asked.provider not in ADDRESSED:
        return ""
    return checked_url(asked.base_url or os.environ.get("OPENAI_BASE_URL", ""))


def _range(asked: Asked, brief: Brief, *, quota: int, opening: Sequence[Message]) -> Range:
    """What the examples of one label take, the separate labelling pass included."""
    written = estimate_range(
        quota=quota,
        n_texts=brief.n_texts,
        turns=asked.turns,
        words=brief.words,
        opening=[message["content"] for message in opening],
    )
    if not asked.options.label_last:
        return written
    frame = [message["content"] for message in labelling_messages(brief, [])]
    labelled = labelling_estimate(
        quota=quota, n_texts=brief.n_texts, words=brief.words, frame=frame
    )
    return _sum([written, Range(low=labelled, likely=labelled, high=labelled.times(OFF))])


def _sum(ranges: list[Range]) -> Range:
    return Range(
        low=reduce(add, (each.low for each in ranges)),
        likely=reduce(add, (each.likely for each in ranges)),
        high=reduce(add, (each.high for each in ranges)),
    )


def _warnings(asked: Asked, labels: Any) -> tuple[str, ...]:
    """What would spoil the texts, or the scores, without stopping anything."""
    steered = asked.steering.warnings if asked.steering else ()
    return (*steered, *definition_warnings(labels))
