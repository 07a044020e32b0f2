"""Any server that speaks OpenAI's chat protocol: OpenAI, vLLM, Ollama, llama.cpp, TGI, ..."""

from __future__ import annotations

import asyncio
import json

from generation.providers.base import Completion, CompletionRequest
from generation.providers.openai_server import OpenAIServer, failure_of
from generation.scheduling.allowance import allowance_from


class OpenAICompatible(OpenAIServer):
    """Asks one model at one address, one attempt a call. The key is never kept by us."""

    resumes = False

    async def complete(self, request: CompletionRequest) -> Completion:
        """One answer or one problem. A server that refuses a form is asked again without it."""
        form = self.form(request)
        with self.problems():
            try:
                # the client's own limit is one for each piece that arrives
                async with asyncio.timeout(self._timeout):
                    # as it came: building the client's own objects takes longer than sending
                    raw = await self.client.post(
                        "/chat/completions", body=self.body(request, form), cast_to=self.response
                    )
                return self.completion(json.loads(raw.content), allowance_from(raw.headers))
            except self.openai.BadRequestError as error:
                if not self.learned(form, failure_of(error)):
                    raise
        return await self.complete(request)
