"""A project's stages in a row, as HTML: the list of projects has one for each of them."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from curation.views.stages import Step

register = template.Library()


@register.simple_tag
def track(steps: Iterable[Step], *, title: str) -> SafeString:
    """Each stage as a part of a line, with what it says under the pointer and aloud."""
    parts = "".join(_part(step.css, escape(step.said)) for step in steps)
    return mark_safe(  # noqa: S308  # what people wrote is escaped
        f'<ol class="track" aria-label="Stages of {escape(title)}">{parts}</ol>'
    )


def _part(css: str, said: str) -> str:
    return f'<li class="{css}" title="{said}"><span class="unseen">{said}</span></li>'
