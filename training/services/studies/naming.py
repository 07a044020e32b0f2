"""Names of studies made in the browser, where nobody types one."""

from __future__ import annotations

from itertools import count

from django.utils.text import slugify

from training.models import Study
from training.studies.plan import StudyPlan

LONGEST = 50  # leaves room for a number


def free_slug(plan: StudyPlan) -> str:
    """The title as a slug, with a number where another plan has it; the same for the same plan."""
    base = slugify(plan.title)[:LONGEST].strip("-_") or "study"
    for number in count(1):
        slug = base if number == 1 else f"{base}-{number}"
        known = Study.objects.filter(slug=slug).values_list("fingerprint", flat=True).first()
        if known is None or known == plan.fingerprint:
            return slug
    raise AssertionError("counting ends at a free name")
