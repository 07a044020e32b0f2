"""Fills in the sentences of a grammar file: a baseline, and a model that is always at hand."""

from __future__ import annotations

import hashlib
import json

from curation.errors import BadInput
from generation.errors import NoMoreAnswers
from generation.prompting.grammar import Grammar
from generation.providers.base import Completion, CompletionRequest, ProviderSettings


class Template:
    """Each text says which family of sentences it is from; one that was given is not repeated."""

    base_url = ""
    replays = True
    resumes = False

    def __init__(self, settings: ProviderSettings) -> None:
        path = settings.recordings
        if path is None:
            raise BadInput("Say where the grammar is: --recordings FILE.")
        self._grammar = Grammar.read(path)
        self._sizes = {label: self._grammar.size(label) for label in settings.labels}
        self._seed = settings.seed
        self._name = path.name
        self.model = settings.model or f"grammar {path.stem}"
        self.identity = hashlib.sha256(path.read_bytes()).hexdigest()[:16]

    async def complete(self, request: CompletionRequest) -> Completion:
        """The next texts of the label."""
        first, n_texts = request.number * request.n_texts, request.n_texts
        size = self._sizes[request.label]
        if first >= size:
            raise NoMoreAnswers(
                f"The grammar {self._name} makes {size} different texts of label "
                f"{request.label!r} and all are used; add sentences or words to its slots."
            )
        n_texts = min(n_texts, size - first)
        texts = self._grammar.expand(request.label, n=first + n_texts, seed=self._seed)[first:]
        examples = [{"text": text, "family": family} for text, family in texts]
        answer = json.dumps({"examples": examples}, ensure_ascii=False)
        return Completion(text=answer, model=self.model, finish_reason="stop")

    async def close(self) -> None:
        """There is nothing to let go of."""
