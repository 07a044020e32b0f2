"""A vote strip as HTML: a page of the table has fifty, and templates take their time for each."""

from __future__ import annotations

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from curation.reporting import Square, VoteStrip

register = template.Library()


@register.simple_tag
def drawn(strip: VoteStrip) -> SafeString:
    """The squares, what they say aloud, and what they say under the pointer."""
    titles = [escape(square.title) for square in strip.squares]
    meant = strip.intended
    intended = f" intended {escape(meant.css)}" if meant else ""
    more = f'<span class="more">+{strip.more:,}</span>' if strip.more else ""
    last = f'<span class="row soft">intended: {escape(meant.title)}</span>' if meant else ""
    rows = "".join(f'<span class="row">{title}</span>' for title in titles)
    label = f"{escape(strip.sentence)}. {'; '.join(titles)}"
    return mark_safe(  # noqa: S308  # what people wrote is escaped above
        f'<span class="strip{intended}" tabindex="0" role="img" aria-label="{label}">'
        f"{''.join(_square(square) for square in strip.squares)}{more}"
        f'<span class="tip">{rows}{last}</span></span>'
    )


def _square(square: Square) -> str:
    return f'<span class="square {escape(square.kind)} {escape(square.css)}"></span>'
