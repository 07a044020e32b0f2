"""Any server that speaks OpenAI's chat protocol: OpenAI, vLLM, Ollama, llama.cpp, TGI, ..."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import urlsplit

from curation.errors import BadInput
from generation.errors import ProviderProblem
from generation.providers.base import Completion, CompletionRequest, ProviderSettings
from generation.providers.waiting import MAX_WAIT, backoff, retry_after

OPENAI_URL = "https://api.openai.com/v1"
KEY_VARIABLES = ("CONCORD_LLM_KEY", "OPENAI_API_KEY")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
MAX_ATTEMPTS = 6
TIMEOUT = 120.0  # seconds for one answer
UNREADABLE = (json.JSONDecodeError, UnicodeDecodeError)
AGAIN = {408, 409, 429}  # and every status from 500: asking again may help


class OpenAICompatible:
    """Asks one model at one address, again where that may help. The key is never kept by us."""

    identity = ""
    replays = False

    def __init__(self, settings: ProviderSettings) -> None:
        if not settings.model:
            raise BadInput("Name the model that is to write: --model NAME.")
        self.model = settings.model
        self.base_url = checked_url(settings.base_url or os.environ.get("OPENAI_BASE_URL", ""))
        self._wait = settings.wait
        key = api_key(self.base_url)
        import openai  # half a second and 60 MB: only when it is used

        self._openai = openai
        self._client = openai.OpenAI(
            base_url=self.base_url, api_key=key, max_retries=0, timeout=TIMEOUT
        )

    def complete(self, request: CompletionRequest) -> Completion:
        """One answer, after `MAX_ATTEMPTS` attempts at most."""
        for attempt in range(MAX_ATTEMPTS):
            try:
                return self._completion(self._ask(request))
            except self._openai.APIStatusError as error:
                self._refuse_for_good(error)
                problem, asked = self._status_sentence(error), retry_after(error.response.headers)
            except (self._openai.APIConnectionError, *UNREADABLE) as error:
                problem, asked = self._connection_sentence(error), None
            seconds = asked if asked is not None else backoff(attempt, seed=request.seed)
            if seconds > MAX_WAIT:
                raise ProviderProblem(
                    f"{problem} It asks to wait {seconds:.0f} s; run the same command again then."
                )
            if attempt + 1 == MAX_ATTEMPTS or self._wait(seconds):
                break
        raise ProviderProblem(
            f"{problem} Gave up after {attempt + 1} attempts; "
            "what was answered before is kept, and the same command continues."
        )

    def close(self) -> None:
        self._client.close()

    def _ask(self, request: CompletionRequest) -> Any:
        return self._client.chat.completions.create(
            model=self.model,
            messages=list(request.messages),
            temperature=request.temperature,
            max_tokens=request.max_tokens,
            seed=request.seed,
        )

    def _completion(self, response: Any) -> Completion:
        """Our value of the client's: servers leave out what they like, and some send no object."""
        choices = getattr(response, "choices", None)
        if not choices or choices[0].message is None:
            raise ProviderProblem(
                f"{self.base_url} answered, but not with a chat completion; "
                "check that the address is the one that ends in /v1."
            )
        message, usage = choices[0].message, response.usage
        return Completion(
            text=message.content or getattr(message, "refusal", None) or "",
            model=response.model or self.model,
            prompt_tokens=usage.prompt_tokens if usage else None,
            completion_tokens=usage.completion_tokens if usage else None,
            finish_reason=choices[0].finish_reason or "",
        )

    def _refuse_for_good(self, error: Any) -> None:
        """Raise for a status that asking again would not mend."""
        status = error.status_code
        if status in (401, 403):
            raise ProviderProblem(
                f"{self.base_url} refused the key ({status}); "
                f"check the environment variable {' or '.join(KEY_VARIABLES)}."
            ) from error
        if status == 404:
            raise ProviderProblem(
                f"{self.base_url} knows no model {self.model!r}, or is not the address of an "
                f"OpenAI-compatible server (404){self._detail(error)}"
            ) from error
        if error.code == "insufficient_quota":
            raise ProviderProblem(
                f"The account at {self.base_url} has no credit left; nothing more is asked."
            ) from error
        if status < 500 and status not in AGAIN:
            raise ProviderProblem(
                f"{self.base_url} refused the request ({status}){self._detail(error)}"
            ) from error

    def _status_sentence(self, error: Any) -> str:
        if error.status_code == 429:
            return f"{self.base_url} says that too much is asked at once (429)."
        return f"{self.base_url} failed ({error.status_code}){self._detail(error)}"

    def _connection_sentence(self, error: Exception) -> str:
        if isinstance(error, self._openai.APITimeoutError):
            return f"{self.base_url} did not answer within {TIMEOUT:.0f} s."
        if isinstance(error, self._openai.APIConnectionError):
            return f"{self.base_url} could not be reached."
        return f"{self.base_url} answered with something that is not JSON."

    def _detail(self, error: Any) -> str:
        """What the server says about it, short, and without the key should it repeat it."""
        body = error.body if isinstance(error.body, dict) else {}
        said = (
            str(body.get("message") or body.get("detail") or "")
            .replace(self._client.api_key, "***")
            .strip()
        )
        return f": {said[:300]}" if said else "."


def checked_url(base_url: str) -> str:
    """`base_url` (OpenAI's own when empty) without a final slash, or `BadInput`.

    >>> checked_url("http://127.0.0.1:8000/v1/")
    'http://127.0.0.1:8000/v1'
    """
    url = base_url or OPENAI_URL
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadInput(f"{url!r} is not an address; it looks like http://127.0.0.1:8000/v1.")
    if parts.username or parts.password or parts.query:
        raise BadInput(
            "The address would be stored with the key in it; give the address alone and the key "
            f"in the environment variable {KEY_VARIABLES[0]}."
        )
    return url.rstrip("/")


def api_key(base_url: str) -> str:
    """The key from the environment. A server on this machine needs none."""
    for variable in KEY_VARIABLES:
        if key := os.environ.get(variable, "").strip():
            if not (key.isascii() and key.isprintable()):
                raise BadInput(
                    f"The key in {variable} has characters that no key has; set it anew."
                )
            return key
    if urlsplit(base_url).hostname in LOOPBACK:
        return "none"
    raise BadInput(
        f"No key for {base_url}: set the environment variable {' or '.join(KEY_VARIABLES)}."
    )
