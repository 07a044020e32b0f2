"""Pages of the Generate step, by what they are about."""

from generation.views.calls import call_page, drafts_page
from generation.views.lists import list_remove, list_write, lists_page
from generation.views.mismatches import mismatches_page
from generation.views.overview import generation_page, started_page
from generation.views.runs import run_control, run_now_part, run_page

__all__ = [
    "call_page",
    "drafts_page",
    "generation_page",
    "list_remove",
    "list_write",
    "lists_page",
    "mismatches_page",
    "run_control",
    "run_now_part",
    "run_page",
    "started_page",
]
