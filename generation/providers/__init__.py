"""LLM providers. To add one: write `generation/providers/<name>.py`, then name it below.

Heavy clients are imported when a provider is made, not when it is named.
"""

from __future__ import annotations

from collections.abc import Callable

from generation.providers.base import Provider, ProviderSettings
from generation.providers.openai_batch import OpenAIBatch
from generation.providers.openai_compatible import OpenAICompatible
from generation.providers.recorded import Recorded
from generation.providers.template import Template
from generation.providers.transformers_local import TransformersLocal

PROVIDERS: dict[str, Callable[[ProviderSettings], Provider]] = {
    "recorded": Recorded,
    "openai": OpenAICompatible,
    "openai_batch": OpenAIBatch,
    "template": Template,
    "transformers": TransformersLocal,
}

ADDRESSED = {"openai", "openai_batch"}  # those that are found at an address
BATCHING = {"openai_batch"}  # those whose calls go out in batches, which OpenAI does for less
