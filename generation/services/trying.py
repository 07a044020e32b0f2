"""A model is chosen to write a project's first texts, and tried with one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from curation.errors import BadInput
from curation.models import Project, Secret
from curation.services.auditing import record
from curation.services.first_steps.standing import first_steps, note
from curation.services.secrets import checked_key, keep_secret, secret_for
from generation.models import GenerationRun
from generation.prompting.parse import ends_early, parse_answer
from generation.prompting.schema import examples_schema
from generation.providers.address import api_key
from generation.providers.base import Completion, CompletionRequest, Provider
from generation.scheduling.budget import Price, written_amount
from generation.scheduling.errand import Errand
from generation.scheduling.transport import Transport
from generation.services.asking import Asked
from generation.services.generating import open_provider
from generation.services.planning import plan_generation
from generation.services.pricing import price_for
from generation.services.showing.secrecy import WITHHELD, copies_of_tests
from generation.services.wishes import read_wish

N_TEXTS = 3  # that a trial asks for
SECONDS = 60.0  # that a trial waits
LONGEST_SHOWN = 2_000  # characters of an answer that holds no text
METHOD = "zero_shot"


@dataclass(frozen=True, kw_only=True)
class Writer:
    """A model at an address, and what it costs where no table knows it."""

    base_url: str
    model: str
    price: tuple[str, str] | None = None  # per million tokens, sent and written
    currency: str = "USD"

    def as_json(self) -> dict[str, Any]:
        """As a wish says it."""
        said: dict[str, Any] = {"base_url": self.base_url, "model": self.model}
        if self.price is not None:
            said |= {"price": list(self.price), "currency": self.currency}
        return said


def first_wish(
    writer: Mapping[str, Any], *, count: int, cap: str = "", seed: int = 0
) -> dict[str, Any]:
    """A wish for the first texts, as a job keeps it.

    Args:
        cap: an amount of money that the run may cost over all; "" for no lid.
    """
    wish = {"provider": "openai", "method": METHOD, "count": count, "seed": seed, **writer}
    return wish | ({"cap": cap} if cap else {})


@transaction.atomic
def choose_writer(project: Project, writer: Writer, *, key: str, by: str) -> None:
    """Keep who writes the first texts, and seal the key.

    Args:
        key: for that server; "" for the one that is kept, or for none.
        by: user name of whoever gives it.

    Raises:
        BadInput: it is no key, or the server needs one and there is none. Nothing is kept.
    """
    kept = key or secret_for(Secret.Kind.LLM, writer.base_url, project=project)
    api_key(writer.base_url, kept=kept)
    if key:
        keep_secret(Secret.Kind.LLM, key, address=writer.base_url, project=project, by=by)
    note(project, writer=writer.as_json(), tried={})


def try_writer(project: Project, writer: Writer, *, key: str, by: str) -> None:
    """Ask it once, as a run would; where it answers, keep it with its answer and the price.

    Raises:
        BadInput: something given cannot be.
        ProviderProblem: it refused or did not answer. Nothing is kept in either case.
    """
    key = checked_key(key) if key else ""
    wish = first_wish(writer.as_json(), count=N_TEXTS)
    asked, terms, _ = read_wish(project, wish | {"options": {"n_texts": N_TEXTS}})
    plan = plan_generation(project, asked, count=N_TEXTS, terms=terms)
    label, messages = next(iter(plan.prompts.items()))
    request = CompletionRequest(
        label=label,
        number=0,
        messages=tuple(messages),
        n_texts=N_TEXTS,
        temperature=asked.options.temperature,
        max_tokens=asked.options.answer_limit(),
        seed=0,
        schema=examples_schema(),
    )
    provider = open_provider(project, asked, key=key)
    answer, seconds = _asked_once(provider, request)
    price = price_for(
        asked, base_url=provider.base_url, model=asked.model, given=terms.price, cap=None
    )
    with transaction.atomic():
        choose_writer(project, writer, key=key, by=by)
        told = _told(project, asked, answer, price, label=label) | {"seconds": round(seconds, 1)}
        note(project, tried=told)
        said = {"base_url": writer.base_url, "cost": told["cost"], "tokens": answer.tokens}
        record("model.tried", project=project, thing=writer.model, after=said)


def _asked_once(provider: Provider, request: CompletionRequest) -> tuple[Completion, float]:
    """The answer, and how many seconds it took."""
    errand: Errand[CompletionRequest, Completion] = Errand(request=request, tokens=0)
    with Transport(provider.complete, provider.close) as transport:
        transport.send(errand)
        back = transport.collect(timeout=SECONDS)
    if not back:
        raise BadInput(
            f"{provider.base_url} did not answer within {SECONDS:.0f} s; see whether it is at work."
        )
    if errand.problem is not None:
        raise errand.problem
    if errand.fault is not None:
        raise errand.fault
    assert errand.answer is not None
    return errand.answer, errand.seconds


def _told(
    project: Project, asked: Asked, answer: Completion, price: Price | None, *, label: str
) -> dict[str, Any]:
    """What a page shows of the answer."""
    cut_off = ends_early(answer.finish_reason)
    read = parse_answer(answer.text, n_texts=N_TEXTS, cut_off=cut_off)
    parsed = [one.text for one in read if not one.reason]
    copies = copies_of_tests(project, parsed)
    title = project.labels.get(name=label).title
    return {
        "model": answer.model or asked.model,
        "label": title,
        "texts": [WITHHELD if text in copies else text for text in parsed],
        "said": "" if parsed else answer.text[:LONGEST_SHOWN],
        "cost": _cost(answer, price),
        "free": price is not None and price.free,
        "sent": answer.prompt_tokens,
        "written": answer.completion_tokens,
    }


def _cost(answer: Completion, price: Price | None) -> str:
    """What the call cost; "" where the price or the number of tokens is not known."""
    sent, written = answer.prompt_tokens, answer.completion_tokens
    if price is None or sent is None or written is None:
        return ""
    return written_amount(price.nanos(sent=sent, written=written), currency=price.currency)


def next_seed(project: Project) -> int:
    """The seed of a wish for more texts; one that was not fulfilled is taken up again by its own.

    A wish of the same seed as a fulfilled one would give nothing new.
    """
    runs = GenerationRun.objects.filter(project=project, method=METHOD)
    return runs.filter(status=GenerationRun.Status.SUCCESSFUL).count()


def chosen_writer(project: Project) -> dict[str, Any]:
    """Who was chosen, as a wish says it; {} where nobody was."""
    return dict(first_steps(project).writer)
