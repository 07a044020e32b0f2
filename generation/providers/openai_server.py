"""What the two ways of asking over OpenAI's protocol share: requests, answers and problems."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from curation.endpoints.policy import EndpointRefused, Endpoints, guard
from curation.endpoints.transports import checked_async_transport, goes_by_proxy
from curation.errors import BadInput
from generation.errors import CallRefused, NoAnswer, ProviderProblem, TooManyRequests
from generation.providers.address import KEY_VARIABLES, api_key, checked_url
from generation.providers.answered import first_choice, said_in, tokens_of
from generation.providers.base import Completion, CompletionRequest, ProviderSettings
from generation.scheduling.allowance import Allowance, allowance_from
from generation.scheduling.waiting import retry_after
from generation.screening.characters import storable

TIMEOUT = 120.0  # seconds for one answer
TIMEOUT_VARIABLE = "CONCORD_LLM_TIMEOUT"
UNREADABLE = (ValueError, RecursionError)  # of JSON: broken, too deep, numbers too long
AGAIN = {408, 409}  # and every status from 500: asking again may help
WORKED_ON = {504, 524}  # a gateway lost patience, and the model may have been at work
OVERLOAD = {503, 529}
TOO_LONG = (
    "context_length", "context length", "context size", "context window", "maximum context",
    "too many tokens",
)  # fmt: skip
FILTERED = ("content_filter", "content_policy", "content management policy")
OLD_LIMIT, NEW_LIMIT = "max_tokens", "max_completion_tokens"
NO_SCHEMA = ("response_format", "json_schema", "guided", "structured")


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A status that is no answer, and what the server says about it."""

    status: int
    error: Any  # the error object, as it came
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self._text("code")

    @property
    def message(self) -> str:
        return self._text("message") or self._text("detail")

    def _text(self, name: str) -> str:
        return str(self.error.get(name) or "") if isinstance(self.error, dict) else ""


class OpenAIServer:
    """One model at one address. The key is never kept by us."""

    identity = ""
    replays = False

    def __init__(self, settings: ProviderSettings) -> None:
        if not settings.model:
            raise BadInput("Name the model that is to write: --model NAME.")
        self.model = settings.model
        self.base_url = checked_url(settings.base_url or os.environ.get("OPENAI_BASE_URL", ""))
        endpoints = guard()
        if endpoints is not None:
            endpoints.check(self.base_url)
        self._key = api_key(self.base_url, kept=settings.key)
        self._timeout = float(settings.extra.get("timeout") or timeout_of(os.environ))
        self._keeps_schemas = True  # until it refuses one
        self._limit_name = OLD_LIMIT  # until it wants the new one
        self._takes_temperature = True  # until it says that it has one of its own
        import httpx2
        import openai  # half a second and 60 MB: only when it is used

        self.openai, self.response = openai, httpx2.Response
        self.client = openai.AsyncOpenAI(
            base_url=self.base_url,
            api_key=self._key,
            max_retries=0,
            timeout=self._timeout,
            http_client=_checked_client(openai, httpx2, self.base_url, endpoints),
        )

    async def close(self) -> None:
        await self.client.close()

    def body(self, request: CompletionRequest, form: Mapping[str, Any]) -> dict[str, Any]:
        """What is sent for a request."""
        return {
            "model": self.model,
            "messages": list(request.messages),
            "seed": request.seed,
            **form,
        }

    def form(self, request: CompletionRequest) -> dict[str, Any]:
        """What servers differ in: how they name the limit, whether they keep to a schema."""
        return _form(
            request,
            limit_name=self._limit_name,
            schema=self._keeps_schemas,
            warm=self._takes_temperature,
        )

    def forms(self, request: CompletionRequest) -> list[dict[str, Any]]:
        """All forms in which the request may have been sent, the present one first."""
        every = [
            _form(request, limit_name=name, schema=schema, warm=warm)
            for warm in (True, False)
            for schema in (True, False)
            for name in (OLD_LIMIT, NEW_LIMIT)
        ]
        now = self.form(request)
        return [now, *(form for form in every if form != now)]

    def learned(self, form: Mapping[str, Any], failure: Failure) -> bool:
        """Whether a refusal was about the form, and the next one will be another."""
        if failure.status != 400:
            return False
        said = failure.message.lower()
        if "response_format" in form and any(word in said for word in NO_SCHEMA):
            self._keeps_schemas = False
            return True
        if OLD_LIMIT in form and NEW_LIMIT in said:
            self._limit_name = NEW_LIMIT
            return True
        if "temperature" in form and "temperature" in said and "unsupported" in said:
            self._takes_temperature = False
            return True
        return False

    def completion(self, body: Any, allowance: Allowance | None = None) -> Completion:
        """Our value of the server's: servers leave out what they like, some send no object."""
        choice = first_choice(body)
        message = choice.get("message")
        if not isinstance(message, dict):
            raise self._no_completion(body)
        sent, written = tokens_of(body.get("usage"))
        return Completion(
            text=said_in(message.get("content")) or str(message.get("refusal") or ""),
            model=str(body.get("model") or self.model),
            prompt_tokens=sent,
            completion_tokens=written,
            finish_reason=str(choice.get("finish_reason") or ""),
            allowance=allowance,
        )

    def _no_completion(self, body: Any) -> ProviderProblem:
        """Why an answer of status 200 is none."""
        told = body if isinstance(body, dict) else {}
        if told.get("error"):  # some pass on a failure as 200
            failure = Failure(status=200, error=told["error"], headers={})
            return NoAnswer(f"{self.base_url} failed{self.detail(failure)}", billed=True)
        if told.get("usage"):  # the model worked, and nothing came of it
            return NoAnswer(f"{self.base_url} answered without a message.", billed=True)
        return ProviderProblem(
            f"{self.base_url} answered, but not with a chat completion; "
            "check that the address is the one that ends in /v1."
        )

    @contextmanager
    def problems(self) -> Iterator[None]:
        """What goes wrong in asking, as the problem it is."""
        try:
            yield
        except self.openai.APIStatusError as error:
            raise self.problem(failure_of(error)) from error
        except (self.openai.APITimeoutError, TimeoutError) as error:
            sentence = f"{self.base_url} did not answer within {self._timeout:.0f} s."
            billed = not _never_connected(error)
            raise NoAnswer(sentence, billed=billed, overload=True) from error
        except self.openai.APIConnectionError as error:
            billed = not _never_connected(error)
            raise NoAnswer(f"{self.base_url} could not be reached.", billed=billed) from error
        except EndpointRefused as error:
            raise ProviderProblem(str(error)) from error
        except UNREADABLE as error:
            sentence = f"{self.base_url} answered with something that is not JSON."
            raise NoAnswer(sentence, billed=True) from error

    def problem(self, failure: Failure) -> ProviderProblem:
        """A status that is no answer, as the problem it is."""
        status, headers = failure.status, failure.headers
        if failure.code == "insufficient_quota":
            return ProviderProblem(
                f"The account at {self.base_url} has no credit left; nothing more is asked."
            )
        if status == 429:
            return TooManyRequests(
                f"{self.base_url} says that too much is asked at once (429).",
                retry_after=retry_after(headers),
                allowance=allowance_from(headers),
            )
        if status >= 500 or status in AGAIN:
            sentence = f"{self.base_url} failed ({status}){self.detail(failure)}"
            wait = retry_after(headers)
            billed = status in WORKED_ON
            return NoAnswer(sentence, billed=billed, overload=status in OVERLOAD, retry_after=wait)
        return self._refusal(failure)

    def detail(self, failure: Failure) -> str:
        """What the server says about it, without the key should it repeat it."""
        said = storable(failure.message.replace(self._key, "***")).strip()
        return f": {said[:300]}" if said else "."

    def _missing_path(self) -> str:
        bare = not urlsplit(self.base_url).path.strip("/")
        return f" Did you mean {self.base_url}/v1?" if bare else ""

    def _refusal(self, failure: Failure) -> ProviderProblem:
        """A status that asking again would not mend."""
        status, said = failure.status, f"{failure.code} {failure.message}".lower()
        if any(words in said for words in TOO_LONG):
            sentence = f"The prompt is too long for {self.model!r}{self.detail(failure)}"
            return CallRefused(sentence, reason="context_too_long")
        if any(words in said for words in FILTERED):
            sentence = f"{self.base_url} filtered the request{self.detail(failure)}"
            return CallRefused(sentence, reason="content_filtered")
        if status in (401, 403):
            return ProviderProblem(
                f"{self.base_url} refused the key ({status}); "
                f"check the environment variable {' or '.join(KEY_VARIABLES)}."
            )
        if status == 404:
            return ProviderProblem(
                f"{self.base_url} knows no model {self.model!r}, or is not the address of an "
                f"OpenAI-compatible server (404){self.detail(failure)}{self._missing_path()}"
            )
        return ProviderProblem(
            f"{self.base_url} refused the request ({status}){self.detail(failure)}"
        )


def _checked_client(openai: Any, httpx: Any, base_url: str, endpoints: Endpoints | None) -> Any:
    """A client that connects to checked addresses only; None where any will do."""
    parts = urlsplit(base_url)
    if endpoints is None or goes_by_proxy(parts.hostname or "", parts.scheme):
        return None
    limits = httpx.Limits(max_connections=1_000, max_keepalive_connections=100)
    transport = checked_async_transport(httpx, endpoints, limits=limits)
    return openai.DefaultAsyncHttpxClient(transport=transport)


def failure_of(error: Any) -> Failure:
    """A status error of the client as ours."""
    return Failure(status=error.status_code, error=error.body, headers=error.response.headers)


def _form(
    request: CompletionRequest, *, limit_name: str, schema: bool, warm: bool
) -> dict[str, Any]:
    form: dict[str, Any] = {limit_name: request.max_tokens}
    if warm:
        form["temperature"] = request.temperature
    if request.schema is not None and schema:
        wanted = {"name": "answer", "strict": True, "schema": dict(request.schema)}
        form["response_format"] = {"type": "json_schema", "json_schema": wanted}
    return form


def timeout_of(environment: Mapping[str, str]) -> float:
    """Seconds that one answer may take.

    >>> timeout_of({}), timeout_of({"CONCORD_LLM_TIMEOUT": "600"})
    (120.0, 600.0)
    """
    given = environment.get(TIMEOUT_VARIABLE, "").strip()
    try:
        seconds = float(given or TIMEOUT)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 86_400:
        raise BadInput(f"{TIMEOUT_VARIABLE} is {given!r}, but it must be 1 to 86400 seconds.")
    return seconds


def _never_connected(error: Exception) -> bool:
    """Whether the request cannot have reached the server."""
    cause = error.__cause__
    return cause is not None and type(cause).__name__ in ("ConnectError", "ConnectTimeout")
