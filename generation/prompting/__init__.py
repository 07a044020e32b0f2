"""Prompting methods. To add one: write `generation/prompting/<name>.py`, then name it below."""

from __future__ import annotations

from generation.prompting.attributes import Attributes
from generation.prompting.base import Method
from generation.prompting.borderline import Borderline
from generation.prompting.failure import Failure
from generation.prompting.few_shot import FewShot
from generation.prompting.one_shot import OneShot
from generation.prompting.paraphrase import Paraphrase
from generation.prompting.template import Template
from generation.prompting.topic import Topic
from generation.prompting.zero_shot import ZeroShot

METHODS: dict[str, Method] = {
    "zero_shot": ZeroShot(),
    "few_shot": FewShot(),
    "one_shot": OneShot(),
    "topic": Topic(),
    "attributes": Attributes(),
    "paraphrase": Paraphrase(),
    "borderline": Borderline(),
    "failure": Failure(),
    "template": Template(),
}
