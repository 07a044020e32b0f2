"""Whether a language model can be asked: a key is set and its server answers."""

from __future__ import annotations

import os

from curation.health.findings import Finding, good, note, problem
from generation.models import GenerationRun
from generation.providers.address import is_loopback

OPENAI = "https://api.openai.com/v1"
SECONDS = 10.0


def language_model(url: str) -> Finding:
    """Ask an OpenAI-compatible server for its models; no text is sent and nothing is paid.

    The key goes to the address that is given, to the usual one and to this machine; others of the
    newest run may be anybody's.

    Args:
        url: its address; "" for the one of the newest run, else the usual one:
            the one in OPENAI_BASE_URL, else OpenAI's.
    """
    key = os.environ.get("CONCORD_LLM_KEY") or os.environ.get("OPENAI_API_KEY") or ""
    usual = (os.environ.get("OPENAI_BASE_URL") or OPENAI).rstrip("/")
    address = url or _last_used() or usual
    if not key and address == OPENAI:
        return note(
            "language model",
            "No key is set, so OpenAI was not asked.",
            "Set CONCORD_LLM_KEY, or name a server of your own: --llm http://HOST:PORT/v1.",
        )
    named = url or address.rstrip("/") == usual or is_loopback(address)
    return _ask(address, key if named else "")


def _ask(address: str, key: str) -> Finding:
    import httpx  # comes with the openai client

    mend = "See the address, the key in CONCORD_LLM_KEY, and whether a proxy is needed."
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        answer = httpx.get(f"{address.rstrip('/')}/models", headers=headers, timeout=SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return problem(
            "language model", f"{address} cannot be reached ({type(error).__name__}).", mend
        )
    if answer.status_code in {401, 403} and not key:
        return note(
            "language model",
            f"{address} answers, and wants a key; none was sent.",
            f"Set CONCORD_LLM_KEY and name the server: --llm {address}",
        )
    if answer.status_code in {401, 403}:
        return problem("language model", f"{address} does not accept the key.", mend)
    if answer.is_error:
        return problem("language model", f"{address} answers {answer.status_code}.", mend)
    return good("language model", f"{address} answers.")


def _last_used() -> str:
    run = GenerationRun.objects.exclude(base_url="").order_by("-pk").first()
    return run.base_url if run else ""
