from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generation.errors import CallRefused
from generation.providers.chat_text import prompt_tokens
from tests.generation.providers.asking import MESSAGES, user
from tests.generation.tiny_language_model import CHAT, REFUSES_SYSTEM, save_tokenizer


def tokenizer(folder: Path, template: str | None) -> Any:
    from transformers import AutoTokenizer

    save_tokenizer(folder, template=template)
    return AutoTokenizer.from_pretrained(folder)


def read(tokenizer: Any) -> str:
    """The conversation as the model sees it."""
    return str(tokenizer.decode(prompt_tokens(tokenizer, MESSAGES)))


def test_the_chat_template_is_applied_up_to_the_answer(tmp_path: Path) -> None:
    seen = read(tokenizer(tmp_path, CHAT))

    assert seen == "<|system|>Be funny.<|end|><|user|>A joke!<|end|><|assistant|>"


def test_a_template_without_system_messages_gets_them_with_the_next(tmp_path: Path) -> None:
    seen = read(tokenizer(tmp_path, REFUSES_SYSTEM + CHAT))

    assert seen == "<|user|>Be funny.\n\nA joke!<|end|><|assistant|>"


def test_without_a_template_the_messages_follow_each_other(tmp_path: Path) -> None:
    seen = read(tokenizer(tmp_path, None))

    assert seen == "Be funny.\n\nUser: A joke!\n\nAssistant:"


def test_a_template_that_takes_nothing_refuses_the_call(tmp_path: Path) -> None:
    strict = tokenizer(tmp_path, "{{ raise_exception('never') }}")

    with pytest.raises(CallRefused, match="template does not take this conversation: never"):
        prompt_tokens(strict, user("A joke!"))
