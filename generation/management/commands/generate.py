"""manage.py generate SLUG: have a language model write examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.management.base import ConcordCommand
from curation.models import Project
from generation.models import GenerationRun
from generation.prompting import METHODS
from generation.prompting.base import GenerationOptions, parse_words
from generation.providers import PROVIDERS
from generation.services import (
    GenerationPlan,
    generate_examples,
    plan_generation,
    run_summary,
)
from generation.services.asking import Asked

DEFAULTS = GenerationOptions()
ASKED = ("provider", "method", "seed", "model", "base_url", "recordings")


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
        parser.add_argument("--model", default="", help="as the provider names it")
        parser.add_argument("--base-url", default="", help="like http://127.0.0.1:8000/v1")
        parser.add_argument("--recordings", type=Path, help="file or folder of recorded answers")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--parallel", type=int, default=4, help="calls at the same time")
        parser.add_argument(
            "--patience", type=int, default=5, help="calls in a row that may give nothing"
        )
        parser.add_argument("--dry-run", action="store_true", help="show prompts, ask nothing")
        _add_prompt_options(parser)

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        wish = {name: options[name] for name in ASKED} | {"options": _options(options)}
        if options["dry_run"]:
            plan = plan_generation(project, Asked(**wish), count=options["count"])
            self.answer(_plan_result(plan), _plan_text(plan))
            return
        with self.progress("generate") as progress:
            run = generate_examples(
                project,
                count=options["count"],
                parallel=options["parallel"],
                patience=options["patience"],
                progress=progress,
                **wish,
            )
        self.answer(run_summary(run), _run_text(project, run))


def _add_prompt_options(parser: CommandParser) -> None:
    prompts = parser.add_argument_group("what the prompts say")
    prompts.add_argument("--style", default=DEFAULTS.style, help='a plural, like "tweets"')
    prompts.add_argument("--words", help="fewest and most words of a text, like 8-28")
    prompts.add_argument("--context", default="", help="the context prompt, instead of our own")
    prompts.add_argument("--per-call", type=int, default=DEFAULTS.n_texts, help="texts per call")
    prompts.add_argument("--turns", type=int, default=DEFAULTS.turns, help="calls a conversation")
    prompts.add_argument("--shots", type=int, default=DEFAULTS.shots, help="real examples shown")
    prompts.add_argument("--temperature", type=float, default=DEFAULTS.temperature)
    prompts.add_argument("--max-tokens", type=int, default=0, help="of one answer")


def _options(given: dict[str, Any]) -> GenerationOptions:
    return GenerationOptions(
        context=given["context"],
        style=given["style"],
        words=parse_words(given["words"]) if given["words"] else DEFAULTS.words,
        n_texts=given["per_call"],
        turns=given["turns"],
        shots=given["shots"],
        temperature=given["temperature"],
        max_tokens=given["max_tokens"],
    )


def _run_text(project: Project, run: GenerationRun) -> str:
    summary = run_summary(run)
    rejected = ", ".join(f"{n} {reason}" for reason, n in summary["rejected"].items())
    lines = [
        f"Run {run.number} of {project.slug}: {run.accepted} of {run.target} examples accepted "
        f"in {summary['calls']} calls; rejected: {rejected or 'none'}."
    ]
    if run.prompt_tokens or run.completion_tokens:
        lines.append(f"Tokens: {run.prompt_tokens:,} sent, {run.completion_tokens:,} written.")
    return "\n".join([*lines, run.error]).rstrip()


def _plan_result(plan: GenerationPlan) -> dict[str, Any]:
    return {
        "prompts": plan.prompts,
        "calls": plan.estimate.calls,
        "prompt_tokens": plan.estimate.prompt_tokens,
        "completion_tokens": plan.estimate.completion_tokens,
    }


def _plan_text(plan: GenerationPlan) -> str:
    parts = [
        f"── {label}: {message['role']}\n{message['content']}\n"
        for label, messages in plan.prompts.items()
        for message in messages
    ]
    estimate = plan.estimate
    parts.append(
        f"About {estimate.calls} calls, {estimate.prompt_tokens:,} tokens sent and "
        f"{estimate.completion_tokens:,} written if nothing is rejected. Nothing was asked."
    )
    return "\n".join(parts)
