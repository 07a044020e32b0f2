"""What screening costs per text, how well near duplicates are found, and what real text it flags.

`python -m benchmarks.screening [--data TASKS] [--recordings FOLDER]`: on made-up texts always; on
real rows and recorded answers where their folders are given, of which only counts are kept.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.recording import RESULTS, environment, record
from curation.duplicates import jaccard, normalised, sign
from curation.duplicates.signatures import SHINGLE
from generation.prompting.parse import ParsedText
from generation.screening.boilerplate import boilerplate
from generation.screening.duplicates import KeySet, text_key
from generation.screening.giveaways import giveaway_words, names_label
from generation.screening.languages import other_language
from generation.screening.near_duplicates import NearIndex
from generation.screening.personal_data import personal_data
from generation.screening.refusals import is_refusal
from generation.screening.screen import Checks, Screen
from generation.screening.semantic import VectorIndex

SIZES = (10_000, 100_000)  # known texts
ASKED = 1_000  # texts timed
ANSWER = 10  # texts of one call
WIDTH = 384  # of an embedding
NEAR = 0.8
SAID_THE_SAME = 0.9  # cosine
PAIR_LENGTHS = (5, 10, 20, 40, 80, 150, 300)  # words
PAIRS = 1_500  # of each length
SYLLABLES = [c + v for c in "bcdfghklmnprstvw" for v in ("a", "e", "i", "o", "u", "an", "er")]


class Writer:
    """Made-up texts: words of one to four syllables, some much more frequent than others."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        lengths = [1 + number % 4 for number in range(8_000)]
        self._words = ["".join(self._dice.choices(SYLLABLES, k=k)) for k in lengths]
        self._weights = list(accumulate(1 / (rank + 20) for rank in range(len(self._words))))

    def words(self, n: int) -> list[str]:
        return self._dice.choices(self._words, cum_weights=self._weights, k=n)

    def texts(self, n: int) -> Iterator[str]:
        """Texts of 5 to 60 words, 20 on average."""
        for _ in range(n):
            length = min(60, 5 + int(self._dice.expovariate(1 / 15)))
            yield " ".join(self.words(length)).capitalize() + "."

    def changed(self, words: Sequence[str]) -> list[str]:
        """Up to a fifth of the words replaced, left out or added; at least one."""
        new = list(words)
        for _ in range(max(1, int(self._dice.uniform(0, 0.2) * len(words)))):
            place, (word,) = self._dice.randrange(len(new)), self.words(1)
            kind = self._dice.random()
            if kind < 0.5:
                new[place] = word
            elif kind < 0.75 and len(new) > 1:
                del new[place]
            else:
                new.insert(place, word)
        return new

    def pairs(self, n_words: int) -> Iterator[tuple[str, str]]:
        for _ in range(PAIRS):
            words = self.words(n_words)
            yield " ".join(words), " ".join(self.changed(words))


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors at no cost: what is timed is the comparison."""
    return np.random.default_rng(len(texts)).normal(size=(len(texts), WIDTH)).astype(np.float32)


def ms_each(check: Callable[[str], Any], texts: Sequence[str]) -> float:
    """Milliseconds of processor time per text: what else the machine does is left out."""
    check(texts[0])
    started = time.process_time()
    for text in texts:
        check(text)
    return round((time.process_time() - started) / len(texts) * 1_000, 4)


def single_checks() -> dict[str, float]:
    """Milliseconds per text of the checks that look at one text alone."""
    texts = list(Writer(1).texts(ASKED))
    words = giveaway_words("irony", "Ironic")
    return {
        "refusals": ms_each(is_refusal, texts),
        "boilerplate": ms_each(boilerplate, texts),
        "giveaways": ms_each(lambda text: names_label(text, words=words), texts),
        "personal_data": ms_each(personal_data, texts),
        "languages": ms_each(lambda text: other_language(text, language="en"), texts),
    }


def beside_known(n_known: int) -> dict[str, Any]:
    """Time and memory of each comparison with `n_known` texts, and of the whole screen."""
    asked = list(Writer(2).texts(ASKED))
    keys, near, vectors = KeySet(), NearIndex(near=NEAR), VectorIndex(limit=SAID_THE_SAME)
    normal = [normalised(text) for text in Writer(3).texts(n_known)]
    keys.extend({text_key(text) for text in normal})
    near.extend(normal)
    for start in range(0, n_known, 1_000):
        vectors.extend(embed(normal[start : start + 1_000]))

    def add_and_ask(text: str) -> None:
        signed = sign([normalised(text)])
        near.nearest(signed)
        near.add(signed)

    asked_vectors = embed(asked[:ANSWER])
    return {
        "known_texts": n_known,
        "equal": {
            "ms_per_text": ms_each(lambda text: text_key(text) in keys, asked),
            "bytes_per_text": round(keys.nbytes / len(keys), 1),
        },
        "near": {
            "bytes_per_text": round(near.nbytes / len(near), 1),
            "ms_per_text": ms_each(add_and_ask, asked),
        },
        "semantic": {
            "ms_per_text": round(
                ms_each(lambda _: vectors.nearest(asked_vectors), asked[:20]) / ANSWER, 4
            ),
            "bytes_per_text": round(vectors.nbytes / len(vectors), 1),
        },
        "all_but_semantic": _whole_screen(n_known, Checks(), asked),
        "all": _whole_screen(n_known, Checks(semantic=SAID_THE_SAME), asked),
    }


def _whole_screen(n_known: int, checks: Checks, asked: Sequence[str]) -> dict[str, Any]:
    """As many test texts as a tenth of the pool; answers of ten texts."""
    words = {"irony": giveaway_words("irony", "Ironic")}
    screen = Screen(words=(1, 200), label_words=words, language="en", checks=checks, embed=embed)
    screen.learn(Writer(5).texts(n_known // 10), apart=True)
    pool = list(Writer(4).texts(n_known))
    before = _resident()
    started = time.process_time()
    screen.learn(pool, apart=False)
    learned = time.process_time() - started
    grown = _resident() - before
    started = time.process_time()
    for start in range(0, len(asked), ANSWER):
        answer = [ParsedText(text=text) for text in asked[start : start + ANSWER]]
        screen.judge(answer, room=ANSWER, label="irony")
    seconds = time.process_time() - started
    return {
        "ms_per_text": round(seconds / len(asked) * 1_000, 4),
        "bytes_per_text": round(screen.nbytes / (1.1 * n_known), 1),
        "process_bytes_per_text": round(grown / n_known, 1),
        "learning_seconds": round(learned, 2),
    }


def _resident() -> int:
    """Bytes of memory the process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def near_quality(n_words: int) -> dict[str, Any]:
    """How well changed texts of a length are told from their true Jaccard index."""
    pairs = list(Writer(n_words).pairs(n_words))
    known = NearIndex(near=NEAR)
    known.extend([one for one, _ in pairs])
    counted: Counter[str] = Counter()
    errors = []
    for one, other in pairs:
        true = true_jaccard(one, other)
        first, second = sign([one]), sign([other])
        errors.append(float(jaccard(second, first.sketches, first.sizes)[0]) - true)
        flagged = known.nearest(second) > 0
        counted["flagged"] += flagged
        counted["flagged_rightly"] += flagged and true >= NEAR
        counted["flagged_within_0.03"] += flagged and true >= NEAR - 0.03
        counted["clear"] += true >= NEAR + 0.05
        counted["clear_flagged"] += true >= NEAR + 0.05 and flagged
    return {
        "words": n_words,
        "pairs": PAIRS,
        "pairs_0.05_above_the_limit": counted["clear"],
        "recall_0.05_above_the_limit": _share(counted["clear_flagged"], counted["clear"]),
        "precision": _share(counted["flagged_rightly"], counted["flagged"]),
        "precision_within_0.03": _share(counted["flagged_within_0.03"], counted["flagged"]),
        "standard_error_of_estimate": round(float(np.std(errors)), 4),
    }


def true_jaccard(one: str, other: str) -> float:
    first, second = (
        {text[place : place + SHINGLE] for place in range(len(text) - SHINGLE + 1)}
        for text in (one, other)
    )
    return len(first & second) / len(first | second)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def flagged_rows(tasks: Path) -> list[dict[str, Any]]:
    """What the checks say about real training rows, with the test rows kept apart."""
    found = []
    for folder in sorted(tasks.iterdir()):
        screen = _screen_for(folder)
        screen.learn((row["text"] for row in _rows(folder / "test.jsonl")), apart=True)
        found.append(_flagged(folder.name, screen, _rows(folder / "train.jsonl")))
    return found


def flagged_recordings(recordings: Path, tasks: Path) -> list[dict[str, Any]]:
    """What they say about recorded answers, with all real rows of the task kept apart."""
    found = []
    for path in sorted(recordings.glob("*_shot/*.jsonl")):
        screen = _screen_for(tasks / path.stem)
        for split in ("train", "test"):
            rows = _rows(tasks / path.stem / f"{split}.jsonl")
            screen.learn((row["text"] for row in rows), apart=True)
        found.append(_flagged(f"{path.parent.name}/{path.stem}", screen, _rows(path)))
    return found


def _screen_for(folder: Path) -> Screen:
    labels = json.loads((folder / "task.json").read_text())["labels"]
    words = {label["name"]: giveaway_words(label["name"], label["name"]) for label in labels}
    return Screen(words=(1, 5_000), label_words=words, language="en")


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _flagged(name: str, screen: Screen, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    reasons = Counter(
        screen.verdict(ParsedText(text=row["text"]), room=1, label=row["label"]) for row in rows
    )
    accepted = reasons.pop("", 0)
    shares = {reason: round(n / len(rows), 5) for reason, n in sorted(reasons.items())}
    return {"name": name, "rows": len(rows), "accepted": accepted, "flagged": shares}


def measure(tasks: Path | None = None, recordings: Path | None = None) -> None:
    """Measure, print and keep."""
    before = environment()
    measured: dict[str, Any] = {
        "clock": "processor time",
        "ms_per_text_alone": single_checks(),
        "beside_known_texts": [beside_known(n_known) for n_known in SIZES],
        "near_duplicates": [near_quality(n_words) for n_words in PAIR_LENGTHS],
    }
    if tasks is not None:
        measured["real_rows"] = flagged_rows(tasks)
        if recordings is not None:
            measured["recorded_answers"] = flagged_recordings(recordings, tasks)
    print(json.dumps(measured, indent=1))
    print(f"Kept in {record('screening', measured, before=before).relative_to(RESULTS.parent)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of tasks: <task>/{train,test}.jsonl")
    parser.add_argument("--recordings", type=Path, help="folder of recorded answers")
    options = parser.parse_args()
    measure(options.data, options.recordings)


if __name__ == "__main__":
    main()
