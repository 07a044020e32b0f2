"""Rows of examples as HTML: a page has fifty, and templates take their time for each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

from django import template
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from curation.reporting import LabelStyle
from curation.services.examples_table import ExampleRow
from curation.templatetags.strips import drawn

register = template.Library()
NAME = "NAME"
PLAIN = "/~:@!$&'()*+,;="  # as Django leaves in addresses


@register.simple_tag
def example_rows(rows: Iterable[ExampleRow], *, slug: str, may_work: bool) -> SafeString:
    """Each example as an item of a list: text, name, votes and labels.

    Args:
        slug: the project's.
        may_work: whether each can be ticked.
    """
    before, after = _address(slug)
    return mark_safe(  # noqa: S308  # what people wrote is escaped below
        "".join(
            _row(row, f"{before}{quote(row.external_id, safe=PLAIN)}{after}", may_work=may_work)
            for row in rows
        )
    )


@lru_cache(maxsize=100)
def _address(slug: str) -> tuple[str, str]:
    """What stands before and after the name in the address of an example."""
    before, _, after = reverse("example", args=[slug, NAME]).rpartition(NAME)
    return before, after


def _row(row: ExampleRow, address: str, *, may_work: bool) -> str:
    aside = ' is-aside">' if row.aside else '">'
    tag = '<span class="tag warn">set aside</span>' if row.aside else ""
    tick = _tick(row) if may_work else ""
    return (
        f'<li class="example{aside}{tick}<div class="said">'
        f'<p class="words">{escape(row.text)}{"…" if row.cut else ""}</p>'
        f'<p class="name"><a href="{escape(address)}">{escape(row.external_id)}</a>'
        f"<span>{_origin(row)}</span>{tag}</p></div>"
        f'<div class="margin">{drawn(row.strip)}\n{_share(row)}{_labels(row)}</div></li>\n'
    )


def _tick(row: ExampleRow) -> str:
    return (
        f'<label class="tick"><input type="checkbox" name="key" value="{row.pk}">'
        f'<span class="unseen">Choose {escape(row.external_id)}</span></label>'
    )


def _origin(row: ExampleRow) -> str:
    words = [row.source]
    words += [row.split] if row.split != "pool" else []
    words += [row.method] if row.method else []
    words += [f"run {row.run}"] if row.run else []
    return str(escape(", ".join(words)))


def _share(row: ExampleRow) -> str:
    if not row.votes or row.agreement is None:
        return ""
    votes = f"{row.votes:,} vote{'' if row.votes == 1 else 's'}"
    return (
        f'<span><span class="agree agree-{row.shade}"></span>'
        f"aᵢ = {_two_places(row.agreement)} ({votes})</span>\n"
    )


@lru_cache(maxsize=1_000)
def _two_places(share: float) -> str:
    return str(floatformat(share, 2))


def _labels(row: ExampleRow) -> str:
    """What people say of it, else what it was meant to be; and what a classifier says otherwise."""
    said = ""
    if row.label:
        meant = row.intended if row.differs else None
        other = f'<span class="soft"> · not {escape(meant.title)}</span>' if meant else ""
        said = f'<span class="given">{_named(row.label)}{other}</span>\n'
    elif row.votes:
        said = '<span class="given">a tie</span>\n'
    elif row.intended:
        said = f"<span>meant to be {escape(row.intended.title)}</span>\n"
    if row.predicted and row.predicted != row.label:
        said += f"<span>classifier: {_named(row.predicted)}</span>\n"
    return said


def _named(label: LabelStyle) -> str:
    return f'<span class="swatch {label.css}"></span>{escape(label.title)}'
