"""Lists of topics, styles, personas: written by a model, edited by people, drawn by methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from curation.errors import BadInput
from curation.models import Project
from generation.errors import NothingGenerated
from generation.models import Attribute, Call, GenerationRun
from generation.prompting.parse import ends_early
from generation.prompting.schema import topics_schema
from generation.prompting.topic_list import (
    LONGEST_VALUE,
    TOPICS_VERSION,
    parse_topics,
    topic_list_messages,
)
from generation.providers.base import Completion, CompletionRequest, Provider
from generation.scheduling.engine import Engine
from generation.scheduling.errand import Errand
from generation.scheduling.gate import Gate, Limits
from generation.scheduling.shares import call_seed
from generation.scheduling.transport import Transport
from generation.services.asking import Asked, brief_for, options_for
from generation.services.generating import open_provider
from generation.services.planned import Planned, Talk
from generation.services.pricing import as_params, from_params, price_for
from generation.services.runs import fingerprint, next_number
from generation.services.storing import ANSWERED_FIELDS, fill_in

LONGEST_NAME = 40
MOST_VALUES = 1_000
METHOD = "attribute_values"  # of the run that a list's call belongs to
TOKENS_PER_VALUE = 20


def set_values(project: Project, name: str, values: Sequence[str]) -> Attribute:
    """Store a list as a person wants it; what was there is replaced.

    Raises:
        BadInput: no name, no values, or one that is too long.
    """
    name = _checked_name(name)
    wanted = list(dict.fromkeys(filter(None, (" ".join(value.split()) for value in values))))
    if not wanted:
        raise BadInput(f"The list of {name!r} is empty; give at least one value.")
    if len(wanted) > MOST_VALUES:
        raise BadInput(
            f"The list of {name!r} has {len(wanted)} values; {MOST_VALUES} are the most."
        )
    for value in wanted:
        if len(value) > LONGEST_VALUE:
            raise BadInput(
                f"A value of {name!r} has {len(value)} characters; shorten {value[:40]!r}… "
                f"to {LONGEST_VALUE}."
            )
    attribute, _ = Attribute.objects.update_or_create(
        project=project, name=name, defaults={"values": wanted, "written_by": ""}
    )
    return attribute


def remove_attribute(project: Project, name: str) -> None:
    """Forget a list; runs that drew from it keep the values they drew.

    Raises:
        BadInput: there is no such list.
    """
    if not Attribute.objects.filter(project=project, name=name).delete()[0]:
        raise BadInput(f"The project has no list of {name!r}.")


def write_values(
    project: Project,
    *,
    name: str,
    n_values: int,
    provider: str,
    model: str = "",
    base_url: str = "",
    seed: int = 0,
) -> Attribute:
    """Have a model write the list; what was there is replaced.

    Raises:
        BadInput: something given is wrong; nothing is written.
        NothingGenerated: the answer held no list; it is kept with its run.
        ProviderProblem: the provider refused or failed.
    """
    name = _checked_name(name)
    if not 1 <= n_values <= MOST_VALUES:
        raise BadInput(f"{n_values} values cannot be written; ask for 1 to {MOST_VALUES}.")
    asked = Asked(
        provider=provider,
        method="topic",
        seed=seed,
        model=model,
        base_url=base_url,
        options=options_for(project),
    )
    source = open_provider(project, asked)
    if source.replays:
        raise BadInput(f"The provider {provider!r} cannot write lists; use a language model.")
    run = _new_run(project, asked, source, name=name, n_values=n_values)
    with run.executing(), Transport(source.complete, source.close) as transport:
        call = _OneCall(run, _planned(project, asked, name=name, n_values=n_values))
        gate = Gate(Limits(parallel=1))
        try:
            for _ in Engine(call, transport, gate, patient=not source.resumes).run():
                pass
        finally:
            _pay(run, call)
        return _kept(project, run, call.row, name=name)


@dataclass(kw_only=False)
class _OneCall:
    """A source with a single call, written down before it is asked."""

    run: GenerationRun
    planned: Planned
    row: Call = field(init=False)
    claimed: bool = False
    billed: bool = False  # whether a call without an answer may have to be paid for
    doubtful: int = 0  # nanos for attempts that broke off

    def claim(self, n: int) -> Sequence[Errand[CompletionRequest, Completion]]:
        if self.claimed:
            return ()
        self.claimed = True
        self.planned.reserved = self.planned.reserve_for(from_params(self.run.price))
        self.row = self.planned.as_row(self.run)
        self.row.save()
        return [Errand(request=self.planned.request, tokens=0.0)]

    def settle(self, errands: Sequence[Errand[CompletionRequest, Completion]]) -> None:
        for errand in errands:
            if errand.answer is None:
                self.row.status, self.row.problem = Call.Status.REFUSED, str(errand.problem)
                self.row.save(update_fields=["status", "problem"])
                self.billed = bool(getattr(errand.problem, "billed", False))
                if errand.problem is not None:
                    raise errand.problem
                continue
            fill_in(self.row, errand.answer, seconds=errand.seconds, attempts=errand.attempts + 1)
            self.row.save(update_fields=ANSWERED_FIELDS)

    def overdue(self, errand: Errand[CompletionRequest, Completion]) -> None:
        """There is nothing to ask in its place."""

    def doubt(self, errand: Errand[CompletionRequest, Completion]) -> bool:
        self.doubtful += self.planned.reserved
        return True


def _planned(project: Project, asked: Asked, *, name: str, n_values: int) -> Planned:
    added = topic_list_messages(
        brief_for(project, asked.options), attribute=name, n_values=n_values
    )
    request = CompletionRequest(
        label="",
        number=0,
        messages=tuple(added),
        n_texts=n_values,
        temperature=asked.options.temperature,
        max_tokens=200 + TOKENS_PER_VALUE * n_values,
        seed=call_seed(asked.seed, label=f"values of {name}", number=0),
        schema=topics_schema(),
    )
    return Planned(
        kind=Call.Kind.VALUES, label=None, talk=Talk(number=0), added=added, request=request
    )


@transaction.atomic
def _new_run(
    project: Project, asked: Asked, provider: Provider, *, name: str, n_values: int
) -> GenerationRun:
    """Each writing of a list is a run of its own, even if it is the same wish again."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    price = price_for(asked, base_url=provider.base_url, model=provider.model, given=None, cap=None)
    number = next_number(project)
    params: dict[str, Any] = {
        "attribute": name,
        "n_values": n_values,
        "identity": provider.identity,
        "number": number,
    }
    fields: dict[str, Any] = {
        "provider": asked.provider,
        "model": provider.model,
        "base_url": provider.base_url,
        "method": METHOD,
        "prompt_version": TOPICS_VERSION,
        "params": params,
        "seed": asked.seed,
    }
    return GenerationRun.objects.create(
        project=project,
        number=number,
        target=0,
        fingerprint=fingerprint(fields),
        price=as_params(price),
        **fields,
    )


@transaction.atomic
def _pay(run: GenerationRun, call: _OneCall) -> None:
    """Write down what was asked for has cost, whatever came of it; attempts in doubt as well."""
    row = call.row
    sent, written = row.prompt_tokens, row.completion_tokens
    price, cost = from_params(run.price), row.reserved
    if price is not None and sent is not None and written is not None:
        cost = price.nanos(sent=sent, written=written)
    run.prompt_tokens, run.completion_tokens = sent or 0, written or 0
    if row.status != Call.Status.ANSWERED:
        cost = row.reserved if call.billed else 0
    row.doubtful = call.doubtful
    run.doubtful, run.spent = row.doubtful, cost + row.doubtful
    row.spent = run.spent
    run.save(update_fields=["prompt_tokens", "completion_tokens", "spent", "doubtful"])
    row.save(update_fields=["spent", "doubtful"])


@transaction.atomic
def _kept(project: Project, run: GenerationRun, row: Call, *, name: str) -> Attribute:
    """Store the list of an answer."""
    values = parse_topics(row.answer, cut_off=ends_early(row.finish_reason))[:MOST_VALUES]
    if not values:
        raise NothingGenerated(
            f"The answer holds no list of {name!r}; ask again, or write the list yourself."
        )
    attribute, _ = Attribute.objects.update_or_create(
        project=project,
        name=name,
        defaults={"values": values, "written_by": row.model, "call": row},
    )
    run.succeed(shortfall="")
    return attribute


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput(f"An attribute needs a name of at most {LONGEST_NAME} characters.")
    return name
