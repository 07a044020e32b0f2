"""Lists of topics, styles, personas: written by a model, edited by people, drawn by methods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from curation.errors import BadInput
from curation.importers.lines import is_storable
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
from generation.providers.base import CompletionRequest, Provider
from generation.scheduling.engine import Engine
from generation.scheduling.gate import Gate, Limits
from generation.scheduling.shares import call_seed
from generation.scheduling.transport import Transport
from generation.services.asking import Asked, brief_for, options_for
from generation.services.generating import open_provider
from generation.services.one_call import OneCall
from generation.services.planned import Planned, Talk
from generation.services.pricing import as_params, price_for
from generation.services.runs import alike_before, fingerprint, next_number

LONGEST_NAME = 40
MOST_VALUES = 1_000
METHOD = "attribute_values"  # of the run that a list's call belongs to
UNFINISHED = (
    GenerationRun.Status.READY,
    GenerationRun.Status.RUNNING,
    GenerationRun.Status.CANCELLED,
)
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
    named = Attribute.objects.filter(project=project, name=name)
    if not is_storable(name) or not named.delete()[0]:
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

    The same wish again takes up one that was stopped or whose process was killed.

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
    run = _run_for(project, asked, source, name=name, n_values=n_values)
    with run.executing(), Transport(source.complete, source.close) as transport:
        planned = _planned(run, asked, name=name, n_values=n_values)
        call = OneCall(run=run, planned=planned, resumes=source.resumes)
        call.take_up()
        gate = Gate(Limits(parallel=1))
        for _ in Engine(call, transport, gate, patient=not source.resumes).run():
            pass
        if call.problem is not None:
            raise call.problem
        assert call.row is not None
        return _kept(project, run, call.row, name=name)


def _planned(run: GenerationRun, asked: Asked, *, name: str, n_values: int) -> Planned:
    """The call, whose seed is another each time: who asks again wants another list."""
    brief = brief_for(run.project, asked.options)
    added = topic_list_messages(brief, attribute=name, n_values=n_values)
    seed = call_seed(asked.seed, label=f"values of {name}", number=0, repeated=alike_before(run))
    request = CompletionRequest(
        label="",
        number=0,
        messages=tuple(added),
        n_texts=n_values,
        temperature=asked.options.temperature,
        max_tokens=200 + TOKENS_PER_VALUE * n_values,
        seed=seed,
        schema=topics_schema(),
    )
    return Planned(
        kind=Call.Kind.VALUES, label=None, talk=Talk(number=0), added=added, request=request
    )


@transaction.atomic
def _run_for(
    project: Project, asked: Asked, provider: Provider, *, name: str, n_values: int
) -> GenerationRun:
    """The run of this wish that was stopped or killed on its way, else a new one.

    Each writing of a list is a run of its own, even if it is the same wish again.
    """
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    params: dict[str, Any] = {
        "attribute": name,
        "n_values": n_values,
        "identity": provider.identity,
    }
    fields: dict[str, Any] = {
        "provider": asked.provider,
        "model": provider.model,
        "base_url": provider.base_url,
        "method": METHOD,
        "prompt_version": TOPICS_VERSION,
        "seed": asked.seed,
    }
    alike = {f"params__{key}": value for key, value in params.items()}
    runs = GenerationRun.objects.filter(project=project, **fields, **alike)
    open_ones = runs.filter(Q(status__in=UNFINISHED) | Q(calls__status=Call.Status.SENT))
    if run := open_ones.order_by("-pk").first():
        return run
    price = price_for(asked, base_url=provider.base_url, model=provider.model, given=None, cap=None)
    number = next_number(project)
    fields["params"] = params | {"number": number}
    return GenerationRun.objects.create(
        project=project,
        number=number,
        target=0,
        fingerprint=fingerprint(fields),
        price=as_params(price),
        **fields,
    )


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
