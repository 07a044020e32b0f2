"""Adaptive overlap: more votes only where a decision at the threshold γ is still open.

A round would collect `most` votes on every example and keep it iff its agreement a_i ≥ γ. This
asks for `first` votes and then for one more at a time, and stops where the votes so far decide
like the full overlap would, often enough (`OverlapRule.confidence`) and as cheaply as possible.

`fit_plan` learns from all votes of the round how people agree on its examples; the plan's
`verdict` answers for one example. Measured on real votes in docs/results/adaptive_overlap.md.
"""

from curation.adaptive.plan import StoppingPlan, Verdict, Verdicts, fit_plan, plan_with
from curation.adaptive.rule import OverlapRule, OverlapRuleError

__all__ = [
    "OverlapRule",
    "OverlapRuleError",
    "StoppingPlan",
    "Verdict",
    "Verdicts",
    "fit_plan",
    "plan_with",
]
