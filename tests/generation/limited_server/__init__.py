"""A loopback server that speaks OpenAI's protocol, keeps limits, fails on purpose and bills.

Unlike the scripted server it answers thousands of requests, from a process of its own:

    with LimitedServer(rpm=600, latency_s=0.2, error_500=0.02, seed=1) as server:
        ...  # ask server.base_url
        assert server.stats()["answered_twice"] == 0

`config.py` lists what can be set, `ledger.py` what is counted. Tokens are counted as a quarter of
the characters, rounded up: over all messages for the prompt, over the answer for the completion.
"""

from __future__ import annotations

from tests.generation.limited_server.config import ServerConfig
from tests.generation.limited_server.process import LimitedServer

__all__ = ["LimitedServer", "ServerConfig"]
