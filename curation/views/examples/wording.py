"""A filter and a count in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from curation.reporting import wording
from curation.services.examples_table import NONE, ORDERS, TIE, Count, ExampleFilter
from curation.services.examples_table.asked import JUDGED_ONLY
from curation.services.examples_table.choices import FilterChoices


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One condition in force, and the address without it."""

    words: str
    without: str


def chips_of(wish: ExampleFilter, choices: FilterChoices) -> list[Chip]:
    """The conditions in force, each of which can be taken away."""
    titles = dict(choices.labels)
    return [
        Chip(words=_words(name, value, titles), without=_without(wish, name))
        for name, value in wish.chosen().items()
        if name != "order"
    ]


def _without(wish: ExampleFilter, name: str) -> str:
    plain = ExampleFilter()
    names = {name, "verdict"} if name == "version" else {name}  # it says nothing by itself
    return replace(wish, **{one: getattr(plain, one) for one in names}).query()


PHRASES = {
    "text": "with “{}”",
    "intended": "meant to be {}",
    "label": "judged {}",
    "predicted": "a classifier says {}",
    "source": "{}",
    "split": "of the split {}",
    "method": "by the method {}",
    "prompt": "prompt {}",
    "run": "run {}",
    "agreement_from": "agreement from {}",
    "agreement_to": "agreement up to {}",
    "votes_from": "{} votes or more",
    "votes_to": "{} votes at most",
    "annotator": "judged by {}",
    "version": "in version {}",
}
SAID = {
    ("intended", NONE): "not meant to be anything",
    ("label", NONE): "without votes",
    ("label", TIE): "tied",
    ("predicted", NONE): "no classifier has said anything",
    ("differs", "yes"): "votes differ from the intended label",
    ("surprising", "yes"): "votes differ from the classifier",
    ("verdict", "kept"): "kept there",
    ("verdict", "dropped"): "dropped there",
    ("aside", "yes"): "set aside by hand",
    ("aside", "no"): "not set aside",
}


def _words(name: str, value: str, titles: Mapping[str, str]) -> str:
    if (name, value) in SAID:
        return SAID[name, value]
    if name in {"intended", "label", "predicted"}:
        value = titles.get(value, value)
    if name == "verdict":
        return f"dropped there: {wording.reason(value)}"
    return PHRASES.get(name, "{}").format(value.replace("_", "-") if name == "method" else value)


def counted(count: Count) -> str:
    """
    >>> counted(Count(number=312)), counted(Count(number=10_000, more=True))
    ('312 texts', 'more than 10,000 texts')
    """
    words = wording.plural(count.number, "text")
    return f"more than {words}" if count.more else words


def order_words(wish: ExampleFilter) -> str:
    judged = " (texts with votes only)" if wish.order in JUDGED_ONLY else ""
    return ORDERS[wish.order] + judged
