"""`python -m training.fitting.serve RUN_DIR`: a kept model that answers until its input ends.

    in     {"texts": ["...", ...]}                  one JSON object a line
    out    {"labels": ["joke", "news"]}             once, when the model is loaded
           {"probs": [[0.9, 0.1], ...]}             for each line in, one row a text
           {"error": "a sentence"}                  for a line that is none

It ends with exit status 0 when its input is closed, 1 with a sentence on stderr when there is no
model, and at once when its parent is gone.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any

from training.fitting import environment
from training.fitting.classifiers import load_loader
from training.fitting.errors import BadModel, FitError
from training.fitting.lifeline import PARENT_GONE, STANDARD_INPUT
from training.fitting.run_folder import RunFolder

if TYPE_CHECKING:
    from training.fitting.classifiers.base import Judge

BLOCK = 65_536  # bytes read at a time
POLL_SECONDS = 0.1


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.fitting.serve", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="RUN_DIR")
    options = parser.parse_args(arguments)
    lines = _incoming()
    answers = _private_output()
    try:
        labels, judge = _opened(RunFolder(options.folder))
        _say(answers, {"labels": list(labels)})
        for line in lines:
            _say(answers, _answer(line, judge))
    except FitError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BrokenPipeError:
        return PARENT_GONE
    return 0


def _opened(folder: RunFolder) -> tuple[tuple[str, ...], Judge]:
    config = folder.read_config()
    if not folder.model.is_dir():
        raise BadModel(f"The run in {folder.path.name} kept no model.")
    environment.prepare(replace(config, hub=False))  # what was kept needs no download
    return config.labels, load_loader(config.classifier)(folder.model, config)


def _answer(line: bytes, judge: Judge) -> dict[str, Any]:
    try:
        texts = json.loads(line)["texts"]
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        return {"error": 'A line must be an object like {"texts": ["one", "two"]}.'}
    return {"probs": judge(texts).tolist() if texts else []}


def _say(answers: IO[str], values: dict[str, Any]) -> None:
    answers.write(json.dumps(values, ensure_ascii=False) + "\n")
    answers.flush()


def _private_output() -> IO[str]:
    """Standard output for answers alone: what a library prints goes to standard error."""
    private = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(private, "w", encoding="utf-8")


def _incoming() -> Iterator[bytes]:
    """Lines as they come in; read by a thread, so that a lost parent is noticed at any time."""
    queue: SimpleQueue[bytes | None] = SimpleQueue()
    parent = os.getppid()
    threading.Thread(target=_read, args=(queue, parent), name="lifeline", daemon=True).start()
    return iter(queue.get, None)


def _read(queue: SimpleQueue[bytes | None], parent: int) -> None:
    rest = b""
    while block := os.read(STANDARD_INPUT, BLOCK):  # see training.fitting.lifeline
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            queue.put(line)
    if rest:
        queue.put(rest)
    queue.put(None)
    while os.getppid() == parent:  # it closed the pipe and waits for the last answers
        time.sleep(POLL_SECONDS)
    os._exit(PARENT_GONE)


if __name__ == "__main__":
    sys.exit(main())
