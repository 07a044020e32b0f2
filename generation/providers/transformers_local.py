"""A causal language model in this process, from a folder or the hub: no server, no key, no bill.

It runs on the GPU in bf16 where there is one, else on the processor in fp32. A model that needs
several GPUs or code of its own is better served (by vLLM, say) and asked by the provider "openai".
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curation.errors import BadInput
from generation.errors import CallRefused, ProviderProblem
from generation.providers.base import Completion, CompletionRequest, ProviderSettings
from generation.providers.batcher import Batcher, Waiting
from generation.providers.chat_text import end_marks, prompt_tokens
from generation.providers.model_folder import find_model

CLOSING = 8.0  # seconds that a step under way has to end
ON_CPU, ON_GPU = 8, 32  # requests of a batch
COLDEST = 1e-5  # temperature; a lower one takes the most probable token just as well


class TransformersLocal:
    """Answers many requests at once, in batches of one model.

    An answer is drawn from the model's whole distribution at the request's temperature (0: the
    most probable token; no top-k, no top-p, whatever the model's own settings say) by random
    numbers that come from the request's seed alone. So the same request gets the same answer,
    alone or in any company, on the same machine with the same versions - as long as the logits
    are the same. Their last digits depend on the shape of the batch: rarely in fp32, more often
    in bf16, a draw falls on the other side of a border, and the answer goes on differently from
    there. Nothing is promised across devices or versions.

    The tokenizer's chat template is applied; see `prompt_tokens`. An answer that would not fit
    into the model's context is cut off there. A JSON schema cannot be enforced and is ignored.

    Its own settings: batch_size (8 on a processor, 32 on a GPU), allow_download (False).
    """

    base_url = ""
    replays = False
    resumes = False

    def __init__(
        self, settings: ProviderSettings, load: Callable[[Path], LanguageModel] | None = None
    ) -> None:
        """Look for the model; its weights are loaded with the first request.

        `load` makes the model from its folder; `load_model` when not given.

        Raises:
            BadInput: there is no such model on this machine, or a setting is wrong.
        """
        allowed = bool(settings.extra.get("allow_download", False))
        self._folder = find_model(settings.model, allow_download=allowed)
        size = settings.extra.get("batch_size")
        if size is not None and (type(size) is not int or size < 1):
            raise BadInput(f"The batch size is {size!r}; use a whole number from 1.")
        self._batch_size: int | None = size
        self.model = settings.model
        self.identity = self._folder.identity
        self._load = load or load_model
        self._language_model: LanguageModel | None = None
        self._batcher = Batcher(prepare=self._prepare, answer=self._answer, finish=self._let_go)

    async def complete(self, request: CompletionRequest) -> Completion:
        """One answer, written together with others that are asked for at the same time.

        Raises what every provider does, and BadInput where the model cannot be loaded.
        """
        return await asyncio.wrap_future(self._batcher.put(request))

    async def close(self) -> None:
        """Leave off, end the thread and give the model's memory back."""
        await asyncio.to_thread(self._batcher.close, timeout=CLOSING)

    def _prepare(self) -> int:
        """Requests that a batch may hold; loads the model the first time."""
        if self._language_model is None:
            self._language_model = self._load(self._folder.path)
        return self._batch_size or (ON_GPU if self._language_model.on_gpu else ON_CPU)

    def _answer(self, batch: Sequence[Waiting]) -> bool:
        assert self._language_model is not None
        rows = []
        for waiting in batch:
            try:
                rows.append(self._language_model.row(waiting))
            except ProviderProblem as problem:
                waiting.fail(problem)
        return not rows or self._language_model.write(
            rows, settle=self._settle, stopped=lambda: self._batcher.closed
        )

    def _settle(self, row: Row, text: str, finish_reason: str) -> None:
        completion = Completion(
            text=text,
            model=f"{self._folder.name}@{self.identity}",
            prompt_tokens=len(row.prompt),
            completion_tokens=len(row.written),
            finish_reason=finish_reason,
        )
        row.waiting.answer(completion)

    def _let_go(self) -> None:
        if self._language_model is not None:
            self._language_model.free()
            self._language_model = None


@dataclass(kw_only=True, eq=False)
class Row:
    """One answer in the making."""

    waiting: Waiting
    prompt: list[int]  # token ids
    limit: int  # ≥ 1, most tokens of the answer
    draws: Any  # (limit + 1,) float64 in [0, 1): one for each token, and one to spare
    written: list[int] = field(default_factory=list)  # token ids, the end mark included


Settle = Callable[[Row, str, str], None]  # a row that has ended, its text, "stop" or "length"


class LanguageModel:
    """A loaded model and its tokenizer, used by one thread."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        known = inspect.signature(model.forward).parameters
        if "past_key_values" not in known:
            raise BadInput(f"{type(model).__name__} keeps no cache of what it read; use another.")
        self.model, self.tokenizer = model, tokenizer
        self._context = getattr(model.config.get_text_config(), "max_position_embeddings", None)
        self._ends = end_marks(model.generation_config.eos_token_id, tokenizer.eos_token_id)
        self._takes_positions = "position_ids" in known
        self._options = {"logits_to_keep": 1} if "logits_to_keep" in known else {}

    @property
    def on_gpu(self) -> bool:
        return str(self.model.device.type) != "cpu"

    def row(self, waiting: Waiting) -> Row:
        """A request as the model reads it; CallRefused where there is no room for an answer."""
        import torch

        request = waiting.request
        prompt = prompt_tokens(self.tokenizer, request.messages)
        room = request.max_tokens if self._context is None else self._context - len(prompt)
        if room < 1:
            sentence = f"The prompt has {len(prompt)} tokens; the model takes {self._context}."
            raise CallRefused(sentence, reason="context_too_long")
        limit = min(request.max_tokens, room)
        numbers = torch.Generator().manual_seed(request.seed)
        draws = torch.rand(limit + 1, generator=numbers, dtype=torch.float64)
        return Row(waiting=waiting, prompt=prompt, limit=limit, draws=draws)

    def write(self, rows: list[Row], *, settle: Settle, stopped: Callable[[], bool]) -> bool:
        """Answer rows, each as soon as it ends, until `stopped`; whether the memory was enough."""
        import torch

        try:
            with torch.inference_mode():
                self._write(rows, settle=settle, stopped=stopped)
                return True
        except torch.OutOfMemoryError:
            pass  # the error holds on to tensors until this block is left
        torch.cuda.empty_cache()
        return False

    def free(self) -> None:
        """Give the weights' memory back."""
        import torch

        del self.model
        torch.cuda.empty_cache()

    def _write(self, rows: list[Row], *, settle: Settle, stopped: Callable[[], bool]) -> None:
        """One token for all rows at a time; one that has ended leaves the batch if it can."""
        import torch

        tokens, mask = _left_padded([row.prompt for row in rows], device=self.model.device)
        cache: Any = None
        while not stopped():
            output = self._forward(tokens, mask, cache)
            cache, chosen = output.past_key_values, _choose(output.logits[:, -1], rows)
            going = []
            for place, (row, token) in enumerate(zip(rows, chosen.tolist(), strict=True)):
                if not row.waiting.settled:
                    row.written.append(token)
                if not self._has_ended(row, settle=settle):
                    going.append(place)
            if not going:
                return
            if len(going) < len(rows) and _can_shrink(cache):
                rows = [rows[place] for place in going]
                places = chosen.new_tensor(going)
                chosen, mask = chosen[places], mask[places]
                cache.batch_select_indices(places)
            tokens = chosen[:, None]
            mask = torch.cat((mask, mask[:, -1:]), dim=1)  # the last place is never padding

    def _forward(self, tokens: Any, mask: Any, cache: Any) -> Any:
        """Logits after the last of `tokens`, (B, S): the whole prompts or one token more."""
        options = dict(self._options)
        if self._takes_positions:
            places = (mask.cumsum(dim=-1) - 1).clamp(min=0)  # padding takes no place
            options["position_ids"] = places[:, -tokens.shape[1] :]
        return self.model(
            input_ids=tokens, attention_mask=mask, past_key_values=cache, use_cache=True, **options
        )

    def _has_ended(self, row: Row, *, settle: Settle) -> bool:
        """Whether the row needs no more tokens."""
        if row.waiting.settled:  # before, or given up
            return True
        stopped = row.written[-1] in self._ends
        if stopped or len(row.written) == row.limit:
            text = self.tokenizer.decode(row.written, skip_special_tokens=True)
            settle(row, text, "stop" if stopped else "length")
        return row.waiting.settled


def load_model(folder: Path) -> LanguageModel:
    """The model in a folder, ready to write.

    Raises:
        BadInput: the folder holds no causal language model that can be loaded here.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    on_gpu = torch.cuda.is_available()
    precision = torch.bfloat16 if on_gpu else torch.float32
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
        model, found = AutoModelForCausalLM.from_pretrained(
            str(folder), dtype=precision, local_files_only=True, output_loading_info=True
        )
        model = model.to("cuda" if on_gpu else "cpu").eval()
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise BadInput(f"The model {folder.name!r} cannot be loaded: {reason}") from error
    finally:
        if shown:
            logging.enable_progress_bar()
    if missing := found["missing_keys"]:
        raise BadInput(
            f"The model {folder.name!r} is no whole causal language model: its files lack "
            f"{len(missing)} weights, such as {min(missing)}."
        )
    return LanguageModel(model, tokenizer)


def _left_padded(prompts: Sequence[Sequence[int]], *, device: Any) -> tuple[Any, Any]:
    """(B, S) token ids and which of them count; S is the length of the longest prompt."""
    import torch

    width = max(len(prompt) for prompt in prompts)
    tokens = torch.zeros((len(prompts), width), dtype=torch.long)
    mask = torch.zeros_like(tokens)
    for row, prompt in enumerate(prompts):
        tokens[row, width - len(prompt) :] = torch.tensor(prompt)
        mask[row, width - len(prompt) :] = 1
    return tokens.to(device), mask.to(device)


def _can_shrink(cache: Any) -> bool:
    """Recurrent layers cannot let go of a row."""
    return all(hasattr(layer, "batch_select_indices") for layer in cache.layers)


def _choose(logits: Any, rows: Sequence[Row]) -> Any:
    """The next token of each of B rows, from (B, V) logits.

    A row's random number falls on one of the tokens, laid side by side as wide as they are
    probable, so rows share no source of chance.
    """
    import torch

    best = logits.argmax(dim=-1)
    heat = [row.waiting.request.temperature for row in rows]
    if not any(heat):
        return best
    heats = torch.tensor(heat, dtype=torch.float64, device=logits.device)[:, None]
    draws = torch.stack([row.draws[len(row.written)] for row in rows]).to(logits.device)[:, None]
    widths = torch.softmax(logits.double() / heats.clamp(min=COLDEST), dim=-1)
    borders = widths.cumsum(dim=-1)
    drawn = torch.searchsorted(borders, draws * borders[:, -1:], right=True)[:, 0]
    drawn.clamp_(max=logits.shape[-1] - 1)
    return torch.where(heats[:, 0] > 0, drawn, best)
