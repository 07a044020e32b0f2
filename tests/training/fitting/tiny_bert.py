"""An encoder small enough to train hundreds of steps in a second, made from random weights."""

from __future__ import annotations

from pathlib import Path

from tests.training.factories import TEXTS

WORDS = sorted({word for text in TEXTS.values() for word in text.split() if word != "{}"})
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def make_tiny_bert(folder: Path, *, hidden: int = 16, tokenizer: bool = True) -> Path:
    """A BERT of one layer that knows the words of `factories.TEXTS`, in Hugging Face form."""
    from transformers import BertConfig, BertForSequenceClassification, set_seed

    set_seed(0)
    vocabulary = [*SPECIAL, *WORDS, *(str(digit) for digit in range(100))]
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=hidden, num_hidden_layers=1,
        num_attention_heads=2, intermediate_size=2 * hidden, max_position_embeddings=64,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    if tokenizer:
        _make_tokenizer(vocabulary, folder)
    return folder


def _make_tokenizer(vocabulary: list[str], folder: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    codes = {word: code for code, word in enumerate(vocabulary)}
    inner = Tokenizer(models.WordLevel(codes, unk_token="[UNK]"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    marks = [(mark, codes[mark]) for mark in ("[CLS]", "[SEP]")]
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=marks
    )
    PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", mask_token="[MASK]",
    ).save_pretrained(folder)  # fmt: skip
