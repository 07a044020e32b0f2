"""What is asked for, checked, and as prompts need it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curation.errors import BadInput
from curation.models import Example, Label, Project
from generation.errors import SeedPoolTooSmall
from generation.prompting import METHODS
from generation.prompting.base import Brief, GenerationOptions, LabelBrief, Method
from generation.prompting.wording import default_context
from generation.providers import PROVIDERS


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One wish for texts, the number of them apart."""

    provider: str
    method: str
    seed: int = 0
    model: str = ""
    base_url: str = ""
    recordings: Path | None = None
    options: GenerationOptions = field(default_factory=GenerationOptions)

    def __post_init__(self) -> None:
        _check_choice("provider", self.provider, PROVIDERS)
        _check_choice("method", self.method, METHODS)
        if not -(2**63) <= self.seed < 2**63:
            raise BadInput(f"The seed {self.seed} is too large; any number up to 2⁶³ will do.")

    @property
    def how(self) -> Method:
        return METHODS[self.method]

    @property
    def turns(self) -> int:
        """Calls in one conversation."""
        return self.options.turns if self.how.converses else 1


def _check_choice(what: str, given: str, known: dict[str, Any]) -> None:
    if given not in known:
        raise BadInput(f"There is no {what} {given!r}; choose {' or '.join(known)}.")


def check_counts(**counts: int) -> None:
    """Each of `counts` is at least 1, or `BadInput` names the one that is not."""
    for name, number in counts.items():
        if number < 1:
            raise BadInput(f"The {name} is {number}, but it must be at least 1.")


def brief_for(project: Project, options: GenerationOptions) -> Brief:
    """What every prompt of the project says."""
    return Brief(
        context=options.context.strip()
        or default_context(title=project.title, description=project.description),
        style=options.style.strip() or GenerationOptions.style,
        words=options.words,
        n_texts=options.n_texts,
        labels=tuple(label_brief(label) for label in project.labels.order_by("position")),
    )


def label_brief(label: Label) -> LabelBrief:
    return LabelBrief(name=label.name, title=label.title, definition=label.description.strip())


def seed_pools(project: Project, asked: Asked) -> dict[str, list[str]]:
    """Real training texts per label that prompts may show; empty where the method shows none.

    The test split is never read here.

    Raises:
        SeedPoolTooSmall: a label has fewer than a prompt shows.
    """
    if not asked.how.shows_examples:
        return {name: [] for name in project.label_names()}
    pools: dict[str, list[str]] = {}
    for name in project.label_names():
        real = project.examples.filter(
            split=Example.Split.TRAIN, source=Example.Source.REAL, gold_label__name=name
        )
        pools[name] = list(real.order_by("external_id").values_list("text", flat=True))
        if len(pools[name]) < asked.options.shots:
            raise SeedPoolTooSmall(label=name, shots=asked.options.shots, found=len(pools[name]))
    return pools
