"""The list of topics, or of values of another attribute: one for the whole task.

Never one per label, since then a topic would give the label away.
"""

from __future__ import annotations

from curation.importers.lines import is_storable
from generation.prompting.base import Brief
from generation.prompting.parse import parse_answer
from generation.prompting.wording import definitions, said
from generation.providers.base import Message

TOPICS_VERSION = "topics-1"
LONGEST_VALUE = 200  # characters

KINDS = {
    "topic": "topics: what such a text may be about",
    "style": "styles: ways in which such a text may be written",
    "length": "lengths: how long such a text may be",
    "persona": "personas: people who could have written such a text",
}


def topic_list_messages(brief: Brief, *, attribute: str, n_values: int) -> list[Message]:
    """What asks for `n_values` values of `attribute`, each of them usable with every label."""
    name = attribute.strip()
    kind = KINDS.get(name.casefold(), f'values of "{name}", a property that such a text may have')
    fewest, most = brief.words
    return [
        said("system", brief.context),
        said(
            "user",
            f"Before any of the {brief.style} are written, make a plan so that they differ. "
            f"They have {fewest} to {most} words, and later each gets one of these labels:\n"
            f"{definitions(brief.labels)}",
            f"List {n_values} different {kind}.",
            "The one list serves all labels: each entry must go with every label alike. Nobody may "
            "guess a label from an entry, and no entry names one. Cover a wide range, common and "
            "uncommon; no entry contains another. At most eight words each.",
            f"Answer with JSON only, {n_values} strings in one list:\n"
            '{"values": ["first entry", "second entry"]}',
        ),
    ]


def parse_topics(answer: str, *, cut_off: bool = False) -> list[str]:
    """The entries of an answer in their order, each once; no answer raises.

    Of an answer that was cut off, the entry that it ends in is left out.

    What is empty, longer than 200 characters or said before in other capitals is left out.

    >>> parse_topics('{"values": ["Trains", " trains ", "", "Night markets"]}')
    ['Trains', 'Night markets']
    """
    first: dict[str, str] = {}
    for entry in parse_answer(answer, cut_off=cut_off):
        value = " ".join(entry.text.split())
        if value and not entry.reason and len(value) <= LONGEST_VALUE and is_storable(value):
            first.setdefault(value.casefold(), value)
    return list(first.values())
