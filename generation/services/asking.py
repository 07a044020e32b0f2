"""What is asked for, checked, and as prompts need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from curation.errors import BadInput
from curation.models import Label, Project
from generation.prompting import METHODS
from generation.prompting.base import Brief, GenerationOptions, LabelBrief, Method
from generation.prompting.wording import default_context
from generation.providers import PROVIDERS
from generation.regions.steering import Steering
from generation.scheduling.budget import Price
from generation.scheduling.gate import Limits
from generation.screening.checks import Checks
from generation.screening.languages import language_code

DEFAULTS = GenerationOptions()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One wish for texts, the number of them apart."""

    provider: str
    method: str
    seed: int = 0
    model: str = ""
    base_url: str = ""
    recordings: Path | None = None
    options: GenerationOptions = DEFAULTS
    checks: Checks = field(default_factory=Checks)  # what the screening looks at
    language: str = ""  # two letters; "" = texts may be in any
    regions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # label → sentences on where a classifier fails, where the method asks for more of that
    steering: Steering | None = None  # whose mistakes they are; see generation.services.steering

    def __post_init__(self) -> None:
        _check_choice("provider", self.provider, PROVIDERS)
        _check_choice("method", self.method, METHODS)
        if self.method == "template" and self.provider not in ("template", "recorded"):
            raise BadInput(
                "The method template fills in a grammar and asks no language model; use it with "
                "--provider template --recordings GRAMMAR."
            )
        if not -(2**63) <= self.seed < 2**63:
            raise BadInput(f"The seed {self.seed} is too large; any number up to 2⁶³ will do.")
        if self.language and not language_code(self.language):
            raise BadInput(
                f"{self.language!r} is no language that can be told; write it like en or English."
            )

    @property
    def how(self) -> Method:
        return METHODS[self.method]

    @property
    def turns(self) -> int:
        """Calls in one conversation."""
        return self.options.turns if self.how.converses else 1

    @property
    def rewrites(self) -> bool:
        """Whether a text may be like the ones that its prompt showed."""
        return self.method == "paraphrase"

    @property
    def seed_share(self) -> float:
        """Share of a label's real training texts that prompts may show, in (0, 1]."""
        return self.options.seed_share or self.how.usual_share

    @property
    def drawn_attributes(self) -> tuple[str, ...]:
        """Attributes of which each call is given a value."""
        if "cell" not in self.how.needs:
            return ()
        return ("topic",) if self.method == "topic" else self.options.attributes


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How fast a wish is followed, for how long and for how much money. Never part of the wish.

    patience: ≥ 1, calls of a label in a row that may give nothing before it is given up.
    top_up: ≥ 1, most calls of a label in multiples of what it takes if every text passes.
    cap: nanos that the run may cost over all; None: no lid.
    price: of the model, where no table knows it.
    reuse: whether earlier answers to exactly the same request serve again, for nothing.
    """

    limits: Limits = field(default_factory=Limits)
    patience: int = 5
    top_up: float = 4.0
    cap: int | None = None
    price: Price | None = None
    reuse: bool = True

    def __post_init__(self) -> None:
        check_counts(parallel=self.limits.most, patience=self.patience)
        for name in ("requests_per_minute", "tokens_per_minute"):
            limit = getattr(self.limits, name)
            if limit is not None and limit <= 0:
                raise BadInput(f"{limit:g} {name.replace('_', ' ')} would let nothing through.")
        if self.top_up < 1:
            raise BadInput(f"Top-up is {self.top_up:g}, but it must be at least 1.")


def _check_choice(what: str, given: str, known: dict[str, Any]) -> None:
    if given not in known:
        raise BadInput(f"There is no {what} {given!r}; choose {' or '.join(known)}.")


def check_counts(**counts: int) -> None:
    """Each of `counts` is at least 1, or `BadInput` names the one that is not."""
    for name, number in counts.items():
        if number < 1:
            raise BadInput(f"The {name} is {number}, but it must be at least 1.")


def options_for(project: Project, **said: Any) -> GenerationOptions:
    """Options as they were said; what was not (None) is the project's own, else the default."""
    own = dict(project.writing)
    if "words" in own:
        own["words"] = tuple(own["words"])
    given = {name: value for name, value in said.items() if value is not None}
    if unknown := sorted(given.keys() - {field.name for field in fields(GenerationOptions)}):
        raise BadInput(f"Generation knows no option {unknown[0]!r}.")
    return GenerationOptions(**own | given)


def brief_for(project: Project, options: GenerationOptions) -> Brief:
    """What every prompt of the project says."""
    return Brief(
        context=options.context.strip()
        or default_context(title=project.title, description=project.description),
        style=options.style.strip() or GenerationOptions.style,
        words=options.words,
        n_texts=options.n_texts,
        labels=tuple(label_brief(label) for label in project.labels.order_by("position")),
        degree=options.degree,
    )


def label_brief(label: Label) -> LabelBrief:
    return LabelBrief(name=label.name, title=label.title, definition=label.description.strip())
