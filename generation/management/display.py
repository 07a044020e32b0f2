"""How commands show runs and plans to people."""

from __future__ import annotations

from curation.models import Project
from generation.models import GenerationRun
from generation.scheduling.estimate import Estimate
from generation.screening.reasons import REASONS
from generation.services import GenerationPlan, run_summary


def run_text(project: Project, run: GenerationRun) -> str:
    """A run in a few lines: what came, what did not and why, what it cost."""
    summary = run_summary(run)
    lines = [
        f"Run {run.number} of {project.slug}: {run.accepted} of {run.target} examples accepted "
        f"in {summary['calls']} calls."
    ]
    if rejected := summary["rejected"]:
        lines.append(f"Rejected {sum(rejected.values())}:")
        lines += [
            f"  {n:>6}  {REASONS.get(reason, reason)} ({reason})"
            for reason, n in sorted(rejected.items(), key=lambda item: -item[1])
        ]
    lines += [f"  {n:>6}  meant > labelled: {pair}" for pair, n in summary["relabelled"].items()]
    for name, what in [
        ("calls_reused", "calls were answered by earlier runs, for nothing"),
        ("calls_refused", "calls were refused for good"),
        ("calls_lost", "calls were lost when a process was killed; they count as spent"),
    ]:
        if summary[name]:
            lines.append(f"{summary[name]} {what}.")
    if run.prompt_tokens or run.completion_tokens:
        lines.append(f"Tokens: {run.prompt_tokens:,} sent, {run.completion_tokens:,} written.")
    lines += _cost_lines(run)
    lines += [f"Note: {warning}" for warning in summary["warnings"]]
    return "\n".join([*lines, run.error]).rstrip()


def _cost_lines(run: GenerationRun) -> list[str]:
    if not run.spent:
        return []
    doubt = f", of which at most {run.doubtful_cost} in doubt" if run.doubtful else ""
    each = f"; {run.cost_per_accepted} for each accepted example" if run.accepted else ""
    return [f"Cost: {run.cost}{doubt}{each} (price of {run.price['as_of']})."]


def plan_text(plan: GenerationPlan) -> str:
    """The prompts as they would be sent, then the estimate."""
    parts = [
        f"── {label}: {message['role']}\n{message['content']}\n"
        for label, messages in plan.prompts.items()
        for message in messages
    ]
    parts += [f"Note: {warning}\n" for warning in plan.warnings]
    low, likely, high = plan.estimate.low, plan.estimate.likely, plan.estimate.high
    parts.append(f"Likely {_end(plan, likely)}.")
    parts.append(f"At least {_end(plan, low)}; if four in ten are rejected, {_end(plan, high)}.")
    if plan.price is None:
        parts.append("Nobody knows the price of this model; give it with --price SENT WRITTEN.")
    elif not plan.price.free:
        parts.append(f"The price is of {plan.price.as_of}; check it. See generation/prices.yaml.")
    return "\n".join([*parts, "Nothing was asked."])


def _end(plan: GenerationPlan, end: Estimate) -> str:
    cost = f", {plan.cost(end)}" if plan.price is not None and not plan.price.free else ""
    return (
        f"{end.calls:,} calls, {end.prompt_tokens:,} tokens sent and "
        f"{end.completion_tokens:,} written{cost}"
    )
