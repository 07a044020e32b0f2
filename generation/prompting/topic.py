"""Zero-shot topic, as in arXiv 2407.12813: a topic of the task's list is drawn for each call."""

from __future__ import annotations

from generation.prompting.attributes import Attributes


class Topic(Attributes):
    """The attribute grid with the single attribute `topic`."""

    version = "topic-1"
