"""Generation as verbs. Examples are stored through `curation.services.examples`."""

from generation.services.asking import Asked, Terms
from generation.services.counting import rejected_counts, run_summary, surplus_count
from generation.services.generating import generate_examples
from generation.services.planning import GenerationPlan, plan_generation

__all__ = [
    "Asked",
    "GenerationPlan",
    "Terms",
    "generate_examples",
    "plan_generation",
    "rejected_counts",
    "run_summary",
    "surplus_count",
]
