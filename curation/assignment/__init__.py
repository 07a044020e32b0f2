"""Who gets which task when: the order of a round's tasks, and the checks put between them."""

from curation.assignment.checks import Checks, ChecksError, due_check
from curation.assignment.demand import Demand, demand
from curation.assignment.order import balanced_order

__all__ = ["Checks", "ChecksError", "Demand", "balanced_order", "demand", "due_check"]
