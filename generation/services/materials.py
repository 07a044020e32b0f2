"""What calls are made from besides the brief: real examples, attribute values, regions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from curation.duplicates import normalised
from curation.models import Example, Project
from curation.services.training_rows import normal_test_texts
from generation.errors import NoValues, SeedPoolTooSmall
from generation.models import Attribute
from generation.prompting.base import Material
from generation.prompting.cells import grid
from generation.prompting.few_shot import draw_shots
from generation.scheduling.shares import call_seed
from generation.services.asking import Asked


@dataclass(frozen=True, kw_only=True)
class Stock:
    """All that a run's calls draw from; no text of the test split, nor one that says the same."""

    pools: Mapping[str, Sequence[str]] = field(default_factory=dict)  # label → real texts
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)  # attribute → values
    regions: Mapping[str, Sequence[str]] = field(default_factory=dict)  # label → sentences

    @property
    def cells(self) -> list[dict[str, str]]:
        """Every combination of attribute values; one empty cell where none are drawn."""
        return grid(self.values) if self.values else [{}]

    def material(
        self, asked: Asked, *, label: str, n_texts: int, cell: Mapping[str, str], seed: int
    ) -> Material:
        """What one call is given."""
        k = asked.how.n_shots(replace(asked.options, n_texts=n_texts))
        pool = self.pools.get(label, ())
        return Material(
            shots=tuple(draw_shots(pool, k=k, seed=seed)) if k else (),
            cell=cell,
            regions=tuple(self.regions.get(label, ())),
        )


def stock_for(project: Project, asked: Asked) -> Stock:
    """Gather what the method needs.

    Raises:
        SeedPoolTooSmall: a label has fewer real texts than a prompt shows.
        NoValues: an attribute that is to be drawn has none.
    """
    return Stock(
        pools=_seed_pools(project, asked) if "shots" in asked.how.needs else {},
        values=_values(project, asked) if "cell" in asked.how.needs else {},
        regions=asked.regions if "regions" in asked.how.needs else {},
    )


def _seed_pools(project: Project, asked: Asked) -> dict[str, list[str]]:
    """Per label, the real training texts that prompts may show: a seeded share of them.

    A text that equals a test text but for case, spacing and punctuation is never shown: what is
    written after it would be like that test text.
    """
    shots, share = asked.how.n_shots(asked.options), asked.seed_share
    pools: dict[str, list[str]] = {}
    taken = normal_test_texts(project)
    for name in project.label_names():
        real = project.examples.filter(
            split=Example.Split.TRAIN, source=Example.Source.REAL, gold_label__name=name
        )
        stored = real.order_by("external_id").values_list("text", flat=True)
        texts = [text for text in stored if normalised(text) not in taken]
        k = math.ceil(len(texts) * share - 1e-9)
        if k < shots:
            raise SeedPoolTooSmall(label=name, shots=shots, found=k, real=len(texts), share=share)
        seed = call_seed(asked.seed, label=f"seed pool of {name}", number=0)
        pools[name] = sorted(draw_shots(texts, k=k, seed=seed))
    return pools


def _values(project: Project, asked: Asked) -> dict[str, list[str]]:
    stored = {
        attribute.name: list(attribute.values)
        for attribute in Attribute.objects.filter(project=project)
    }
    names = asked.drawn_attributes
    for name in names:
        if not stored.get(name):
            raise NoValues(attribute=name)
    return {name: stored[name] for name in names}
