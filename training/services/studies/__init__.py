"""Studies: written down, told what they will take, run, looked at.

`creating` → `wanting` (what each cell asks for) → `costing` (before) → `running` → `state`.
"""

from training.services.studies.costing import PlanCost, plan_cost
from training.services.studies.creating import create_study, delete_study, get_study, plan_of
from training.services.studies.running import Outcome, run_study, side_by_side
from training.services.studies.state import StudyState, all_studies, state_of, stop_study

__all__ = [
    "Outcome",
    "PlanCost",
    "StudyState",
    "all_studies",
    "create_study",
    "delete_study",
    "get_study",
    "plan_cost",
    "plan_of",
    "run_study",
    "side_by_side",
    "state_of",
    "stop_study",
]
