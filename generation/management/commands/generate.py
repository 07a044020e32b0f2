"""manage.py generate SLUG: have a language model write examples."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandParser

from curation.management.base import ConcordCommand
from generation.management.display import plan_text, run_text
from generation.prompting import METHODS
from generation.prompting.base import GenerationOptions, parse_words
from generation.providers import PROVIDERS
from generation.regions.steering import TEST, TRAIN
from generation.services import generate_examples, plan_generation, run_summary
from generation.services.steering import last_check, steer
from generation.services.wishes import read_wish

DEFAULTS = GenerationOptions()
WISH = (
    "provider", "method", "count", "seed", "model", "base_url", "recordings", "language",
    "parallel", "requests_per_minute", "tokens_per_minute", "patience", "top_up", "cap", "price",
    "currency", "reuse", "run_key", "regions_from", "right_from",
)  # fmt: skip
OPTIONS = (
    "context", "style", "n_texts", "turns", "shots", "temperature", "max_tokens", "seed_share",
    "degree", "label_last", "attributes",
)  # fmt: skip
CHECKS = ("near", "near_apart", "semantic", "giveaway", "personal", "boilerplate")
YES_OR_NO = argparse.BooleanOptionalAction


class Command(ConcordCommand):
    help = (
        "Have a language model write examples, as many for each label. The same command again "
        "continues a run that was stopped; a larger --count goes on from there. A key is read "
        "from CONCORD_LLM_KEY or OPENAI_API_KEY."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the project")
        parser.add_argument("--provider", choices=PROVIDERS, required=True)
        parser.add_argument("--method", choices=METHODS, required=True)
        parser.add_argument("--count", type=int, required=True, help="examples over all labels")
        parser.add_argument("--model", help="as the provider names it")
        parser.add_argument("--base-url", help="like http://127.0.0.1:8000/v1")
        parser.add_argument(
            "--recordings", help="file or folder of recorded answers, or a grammar for templates"
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument(
            "--dry-run", action="store_true", help="show prompts and cost, ask nothing"
        )
        _add_terms(parser)
        _add_prompt_options(parser)
        _add_checks(parser)
        _add_steering(parser)

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        wish = _wish(options)
        asked, terms, count = read_wish(project, wish)
        asked = steer(project, asked, wish=wish)
        if options["dry_run"]:
            plan = plan_generation(project, asked, count=count, terms=terms)
            self.answer(plan.as_dict(), plan_text(plan))
            return
        with last_check(project, asked) as gate, self.progress("generate") as progress:
            run = generate_examples(
                project,
                asked,
                count=count,
                terms=terms,
                gate=gate,
                wish=wish,
                progress=progress,
            )
        self.answer(run_summary(run), run_text(project, run))


def _add_terms(parser: CommandParser) -> None:
    terms = parser.add_argument_group("how fast, for how long, for how much")
    terms.add_argument(
        "--parallel", type=int, help="most calls at the same time (32; 2000 in batches)"
    )
    terms.add_argument("--rpm", type=float, dest="requests_per_minute", help="requests per minute")
    terms.add_argument("--tpm", type=float, dest="tokens_per_minute", help="tokens per minute")
    terms.add_argument("--cap", help="money the run may cost over all, like 2.50")
    terms.add_argument(
        "--price", nargs=2, metavar=("SENT", "WRITTEN"), help="per million tokens, if not known"
    )
    terms.add_argument("--currency", help="of --price and --cap (USD)")
    terms.add_argument("--patience", type=int, help="calls in a row that may give nothing (5)")
    terms.add_argument(
        "--top-up", type=float, help="most calls, in multiples of what it takes at best (4)"
    )
    terms.add_argument(
        "--no-reuse", action="store_false", dest="reuse", default=None,
        help="ask again what an earlier run has asked already",
    )  # fmt: skip


def _add_prompt_options(parser: CommandParser) -> None:
    prompts = parser.add_argument_group("what the prompts say")
    prompts.add_argument("--style", help='a plural, like "tweets"')
    prompts.add_argument("--words", help="fewest and most words of a text, like 8-28")
    prompts.add_argument("--context", help="the context prompt, instead of our own")
    prompts.add_argument("--per-call", type=int, dest="n_texts", help="texts per call (10)")
    prompts.add_argument("--turns", type=int, help="calls a conversation (10)")
    prompts.add_argument("--shots", type=int, help="real examples shown (5)")
    prompts.add_argument("--seed-share", type=float, help="of the real texts that may be shown")
    prompts.add_argument("--degree", type=float, help="borderline: share who agree (0.6)")
    prompts.add_argument(
        "--attribute", action="append", dest="attributes", help="drawn for each call; repeatable"
    )
    prompts.add_argument(
        "--label-last", action="store_true", default=None, help="label the texts in a second pass"
    )
    prompts.add_argument("--temperature", type=float)
    prompts.add_argument("--max-tokens", type=int, help="of one answer")


def _add_checks(parser: CommandParser) -> None:
    checks = parser.add_argument_group("what the screening looks at")
    checks.add_argument("--near", type=float, help="overlap of a near duplicate (0.8; 0 = off)")
    checks.add_argument("--near-apart", type=float, help="the same towards the test set (0.7)")
    checks.add_argument("--semantic", type=float, help="cosine of one that says the same (off)")
    checks.add_argument("--language", help="two letters; texts in others are rejected")
    for name, what in [
        ("giveaway", "texts that name their label"),
        ("personal", "patterns of personal data"),
        ("boilerplate", "texts about the task itself"),
    ]:
        checks.add_argument(f"--{name}", action=YES_OR_NO, default=None, help=f"reject {what}")


def _add_steering(parser: CommandParser) -> None:
    steering = parser.add_argument_group("method failure: what a classifier gets wrong")
    steering.add_argument("--run-key", help="a training run like training:12 (the newest)")
    steering.add_argument(
        "--regions-from",
        choices=[TRAIN, TEST],
        help="real texts its mistakes are read off (train, where there are 100; else test)",
    )
    steering.add_argument(
        "--right-from",
        type=float,
        help="texts whose label it gives this probability or more are not kept (0.5)",
    )


def _wish(given: dict[str, Any]) -> dict[str, Any]:
    """The options as a job would hold them."""
    options = {name: given[name] for name in OPTIONS if given[name] is not None}
    if given["words"]:
        options["words"] = list(parse_words(given["words"]))
    checks = {name: given[name] for name in CHECKS if given[name] is not None}
    said = {name: given[name] for name in WISH} | {"options": options, "checks": checks}
    return {name: value for name, value in said.items() if value not in (None, {})}
