"""LLM providers. To add one: write `generation/providers/<name>.py`, then name it below.

Heavy clients are imported when a provider is made, not when it is named.
"""

from __future__ import annotations

from collections.abc import Callable

from generation.providers.base import Provider, ProviderSettings
from generation.providers.openai_compatible import OpenAICompatible
from generation.providers.recorded import Recorded

PROVIDERS: dict[str, Callable[[ProviderSettings], Provider]] = {
    "recorded": Recorded,
    "openai": OpenAICompatible,
}
