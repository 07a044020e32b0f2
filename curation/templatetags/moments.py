"""A moment as HTML: some pages have hundreds, and templates take their time for each."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.dateformat import format as written
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import is_aware, localtime

register = template.Library()


@register.simple_tag
def moment(at: datetime | None) -> SafeString:
    """The minute in the reader's zone, which it names; the second is told under the pointer."""
    if not at:
        return SafeString("")
    local = localtime(at) if is_aware(at) else at
    exact = local.isoformat()
    return mark_safe(  # noqa: S308  # numbers, and names of months and zones
        f'<time datetime="{exact}" title="{exact}">{written(local, "j M Y, H:i T")}</time>'
    )
