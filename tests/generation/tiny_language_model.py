"""A language model of 30,000 random weights: it writes noise, at once, and as told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

END = "<|end|>"
MARKS = ["<pad>", END, "<|system|>", "<|user|>", "<|assistant|>"]
END_MARK = MARKS.index(END)
CHAT = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
REFUSES_SYSTEM = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no') }}{% endif %}"
CONTEXT = 256  # tokens
RECURRENT = {
    "layer_types": ["linear_attention", "full_attention"],
    "head_dim": 8,
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 4,
    "linear_key_head_dim": 8,
    "linear_value_head_dim": 8,
    "num_experts": 2,
    "num_experts_per_tok": 1,
    "moe_intermediate_size": 16,
    "shared_expert_intermediate_size": 16,
}


def make_tiny_model(
    folder: Path,
    *,
    ends: Sequence[int] = (END_MARK,),
    template: str | None = CHAT,
    context: int = CONTEXT,
    recurrent: bool = False,
) -> Path:
    """A Llama with a tokenizer of single bytes, saved in `folder`; the same at every call.

    Args:
        folder: made where it is missing.
        ends: token ids that end an answer, as its generation settings name them.
        template: how a conversation is put to it; None for a tokenizer without one.
        context: most tokens of a prompt and its answer.
        recurrent: a Qwen3-Next instead, one of whose two layers is recurrent.
    """
    import torch
    from transformers import AutoModelForCausalLM, LlamaConfig, Qwen3NextConfig

    save_tokenizer(folder, template=template)
    config = (Qwen3NextConfig if recurrent else LlamaConfig)(
        vocab_size=len(MARKS) + 256,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        initializer_range=0.3,  # wide, so that what it writes depends on what it reads
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=END_MARK,
        tie_word_embeddings=True,
        **(RECURRENT if recurrent else {}),
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = AutoModelForCausalLM.from_config(config)
    model.generation_config.eos_token_id = list(ends)
    model.generation_config.pad_token_id = 0
    model.save_pretrained(folder)
    return folder


def save_tokenizer(folder: Path, *, template: str | None) -> None:
    """The tokenizer alone, one token for each byte."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: code for code, letter in enumerate([*MARKS, *letters])}
    bytewise = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = decoders.ByteLevel()
    bytewise.add_special_tokens(MARKS)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bytewise, pad_token=MARKS[0], eos_token=END, chat_template=template
    )
    tokenizer.save_pretrained(folder)
