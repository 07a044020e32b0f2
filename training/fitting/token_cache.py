"""Tokens kept by the content they belong to, so that no run tokenises what another one did.

A folder of segments, one folder for each tokenizer and length. A segment is written whole under
the name of its content and never changed; many small ones are joined into one. So any number of
processes may read and write at once without a lock, and a kill leaves nothing half done.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.fitting.run_folder import write_whole

MOST_SEGMENTS = 32  # from here on they are joined
DIGEST = 20  # bytes of a text's SHA-256 that are kept

Ids = npt.NDArray[np.int32]
Tokenise = Callable[[Sequence[str]], "list[Coded]"]


@dataclass(frozen=True, eq=False)
class Coded:
    """One text as the model reads it."""

    ids: Ids  # (T,) tokens, start and end marks included
    cut: bool  # the text was longer


class TokenCache:
    """Tokens of texts under one tokenizer and one length."""

    def __init__(self, home: Path, *, identity: str, max_length: int) -> None:
        """Keep tokens below `home`.

        Args:
            identity: of the tokenizer; two with the same give the same tokens.
            max_length: tokens after which a text is cut.
        """
        name = hashlib.sha256(f"{identity}\0{max_length}".encode()).hexdigest()[:24]
        self._folder = home / name

    def coded(self, texts: Sequence[str], tokenise: Tokenise) -> list[Coded]:
        """Tokens of N texts, in their order; `tokenise` is asked for those that nobody kept."""
        keys = [_key(text) for text in texts]
        known = self._kept(set(keys))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            fresh = dict(zip(missing, tokenise(list(missing.values())), strict=True))
            self._add(fresh)
            known |= fresh
        return [known[key] for key in keys]

    def _kept(self, wanted: set[bytes]) -> dict[bytes, Coded]:
        found: dict[bytes, Coded] = {}
        for path in self._segments():
            found.update((key, coded) for key, coded in _read(path) if key in wanted)
            if len(found) == len(wanted):
                break
        return found

    def _add(self, fresh: dict[bytes, Coded]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._write(fresh)
        old = self._segments()
        if len(old) > MOST_SEGMENTS:
            self._write({key: coded for path in old for key, coded in _read(path)}, instead_of=old)

    def _write(self, entries: dict[bytes, Coded], instead_of: Sequence[Path] = ()) -> None:
        content = _as_bytes(dict(sorted(entries.items())))
        path = self._folder / f"{hashlib.sha256(content).hexdigest()[:24]}.npz"
        write_whole(path, content)
        for old in instead_of:
            if old != path:
                old.unlink(missing_ok=True)  # whoever reads it meanwhile tokenises again

    def _segments(self) -> list[Path]:
        return sorted(self._folder.glob("*.npz"), key=_size, reverse=True)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:DIGEST]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # joined by another process
        return 0


def _as_bytes(entries: dict[bytes, Coded]) -> bytes:
    lengths = np.array([len(coded.ids) for coded in entries.values()], dtype=np.int32)
    content = io.BytesIO()
    np.savez(
        content,
        keys=np.frombuffer(b"".join(entries), dtype=np.uint8).reshape(-1, DIGEST),
        lengths=lengths,
        cut=np.array([coded.cut for coded in entries.values()], dtype=bool),
        ids=np.concatenate([coded.ids for coded in entries.values()]).astype(np.int32),
    )
    return content.getvalue()


def _read(path: Path) -> Iterator[tuple[bytes, Coded]]:
    """Entries of a segment; none of one that has gone or is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            keys, lengths, cut, ids = (stored[name] for name in ("keys", "lengths", "cut", "ids"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return
    ends = np.cumsum(lengths)
    for key, start, end, was_cut in zip(keys, ends - lengths, ends, cut, strict=True):
        yield key.tobytes(), Coded(ids=ids[start:end], cut=bool(was_cut))
