"""BERT-base with random weights and texts for it, for machines that have neither data nor a hub.

Texts are as long as those of SST-2 (18 words in the mean, 51 at most) and say their label by a word
in them, so that there is something to learn.
"""

from __future__ import annotations

import random
from pathlib import Path

from benchmarks.training.sources import ROWS, SHARES, Sources
from training.fitting.rows import Row, rows_as_text

WORDS = 30_000
LABELS = ("negative", "positive")
TEST_ROWS = 872
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def make_sources(*, rows: int = ROWS, test_rows: int = TEST_ROWS) -> Sources:
    """Nested sources as `sources.read` gives them."""
    draw = random.Random(0)
    train = [_row(draw, f"train-{at:05}") for at in range(rows)]
    test = [_row(draw, f"test-{at:05}") for at in range(test_rows)]
    some = {name: train[: round(len(train) * share)] for name, share in SHARES.items()}
    return Sources(
        task="made-up texts",
        labels=LABELS,
        train={name: rows_as_text(rows) for name, rows in some.items()},
        rows={name: len(rows) for name, rows in some.items()},
        test=rows_as_text(test),
    )


def make_model(folder: Path) -> None:
    """BERT-base (109 M parameters) and a tokenizer that knows the words; written once."""
    if (folder / "tokenizer.json").exists():
        return
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        PreTrainedTokenizerFast,
        set_seed,
    )

    vocabulary = [*SPECIAL, *LABELS, *(f"w{at}" for at in range(WORDS))]
    codes = {word: code for code, word in enumerate(vocabulary)}
    set_seed(0)
    BertForSequenceClassification(BertConfig(vocab_size=len(codes))).save_pretrained(folder)
    inner = Tokenizer(models.WordLevel(codes, unk_token="[UNK]"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(one, codes[one]) for one in ("[CLS]", "[SEP]")]
    )
    names = dict(zip(("pad", "unk", "cls", "sep", "mask"), SPECIAL, strict=True))
    PreTrainedTokenizerFast(
        tokenizer_object=inner, **{f"{name}_token": mark for name, mark in names.items()}
    ).save_pretrained(folder)


def _row(draw: random.Random, name: str) -> Row:
    label = draw.choice(LABELS)
    length = min(50, max(2, round(draw.gammavariate(3.5, 5.3))))
    words = [f"w{draw.randrange(WORDS)}" for _ in range(length)]
    words[draw.randrange(length)] = label
    return Row(id=name, text=" ".join(words), label=label)
