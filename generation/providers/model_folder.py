"""Where the files of a language model are, and what makes them this model and no other."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from curation.errors import BadInput

ALLOWED_BY = "CONCORD_ALLOW_DOWNLOADS"  # "1": models of the hub may be fetched
HUB_NAME = re.compile(
    r"[\w-][\w.-]*(/[\w-][\w.-]*)?(@[\w./-]+)?"
)  # name, owner/name, and @revision
WEIGHTS = (".safetensors", ".bin")
FETCHED = ("*.safetensors", "*.json", "*.jinja", "*.model", "*.txt")  # no code, no pickles
NOT_FETCHED = ("original/*", "consolidated*")  # the same weights once more
READ_WHOLE = 1_000_000  # bytes; of longer files the size has to do


@dataclass(frozen=True, kw_only=True)
class ModelFolder:
    """A folder that holds a configuration and weights."""

    path: Path
    name: str  # for people: the folder's or the hub's, without revision
    identity: str  # 16 hex digits: contents of its small files, names and sizes of all


def find_model(
    model: str, *, allow_download: bool = False, cache: Path | None = None
) -> ModelFolder:
    """The folder behind a path or a hub name; nothing is loaded.

    Args:
        model: a folder, or a name of the hub such as "owner/name" or "owner/name@revision".
        allow_download: fetch what the cache lacks; the user's `ALLOWED_BY` allows it as well.
        cache: of the hub's client; where that keeps it when not given.

    Raises:
        BadInput: there is no such model on this machine and none may be fetched, or it has no
            configuration or no weights.
    """
    if not model:
        raise BadInput("Name the model that is to write: --model FOLDER, or a name of the hub.")
    path, name = Path(model).expanduser(), model.partition("@")[0]
    if path.is_dir():
        name = path.resolve().name
    elif HUB_NAME.fullmatch(model):
        allow_download = allow_download or os.environ.get(ALLOWED_BY, "") == "1"
        path = _snapshot(model, allow_download=allow_download, cache=cache)
    else:
        raise BadInput(f"There is no folder {model!r}, and it is no name of a model of the hub.")
    _check(path, model=model)
    return ModelFolder(path=path, name=name, identity=_identity(path))


def _snapshot(model: str, *, allow_download: bool, cache: Path | None) -> Path:
    """The hub's files of a model, from the cache or, where that is allowed, from the hub."""
    from huggingface_hub import snapshot_download

    name, _, revision = model.partition("@")
    try:
        found = snapshot_download(
            name,
            revision=revision or None,
            cache_dir=cache,
            local_files_only=not allow_download,
            allow_patterns=list(FETCHED),
            ignore_patterns=list(NOT_FETCHED),
        )
    except (OSError, ValueError) as error:
        if allow_download:
            reason = str(error).strip().splitlines()[0]
            raise BadInput(f"The model {model!r} could not be fetched: {reason}") from error
        raise BadInput(
            f"There is no folder {model!r}, and the hub's cache on this machine has no such model; "
            f"give the path of a folder, or allow a download with {ALLOWED_BY}=1."
        ) from error
    return Path(found)


def _check(path: Path, *, model: str) -> None:
    if not (path / "config.json").is_file():
        raise BadInput(f"The folder of {model!r} has no config.json; name the one that has it.")
    if not any(file.suffix in WEIGHTS for file in _files(path)):
        raise BadInput(
            f"The folder of {model!r} has no weights (*.safetensors); fetch the whole model."
        )


def _identity(path: Path) -> str:
    """Cheap, since weights are not read: others of the same names and sizes go unnoticed."""
    digest = hashlib.sha256()
    for file in _files(path):
        size = file.stat().st_size
        digest.update(f"{file.name}\0{size}\0".encode())
        if size <= READ_WHOLE and file.suffix not in WEIGHTS:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _files(path: Path) -> Iterator[Path]:
    """What models are loaded from; not a README or a folder of checkpoints."""
    kinds = (*WEIGHTS, ".json", ".jinja", ".model", ".txt")
    return (file for file in sorted(path.iterdir()) if file.suffix in kinds and file.is_file())
