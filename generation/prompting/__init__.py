"""Prompting methods. To add one: write `generation/prompting/<name>.py`, then name it below."""

from __future__ import annotations

from generation.prompting.base import Method
from generation.prompting.few_shot import FewShot
from generation.prompting.zero_shot import ZeroShot

METHODS: dict[str, Method] = {
    "zero_shot": ZeroShot(),
    "few_shot": FewShot(),
}
