from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from curation.errors import BadInput
from generation.errors import NoMoreAnswers
from generation.prompting.parse import parse_answer
from generation.providers.base import Completion, ProviderSettings
from generation.providers.recorded import Recorded
from tests.generation.providers.asking import request
from tests.generation.recordings import write_recording


def settings(path: Path | None, *, labels: tuple[str, ...] = ("joke",)) -> ProviderSettings:
    return ProviderSettings(method="zero_shot", labels=labels, recordings=path)


def replayed(provider: Recorded, label: str, number: int) -> Completion:
    return asyncio.run(provider.complete(request(label, number)))


def test_a_turn_comes_back_as_the_json_a_model_would_give(tmp_path: Path) -> None:
    path = write_recording(tmp_path / "r.jsonl", {"joke": [["One.", "Two “2”."], ["Three."]]})

    completion = replayed(Recorded(settings(path)), "joke", 0)

    assert [text.text for text in parse_answer(completion.text)] == ["One.", "Two “2”."]
    assert completion.finish_reason == "stop"


def test_a_used_up_recording_says_so(tmp_path: Path) -> None:
    path = write_recording(tmp_path / "r.jsonl", {"joke": [["One."], ["Two."]]})

    with pytest.raises(NoMoreAnswers, match=r"r\.jsonl has 2 turns for label 'joke'"):
        replayed(Recorded(settings(path)), "joke", 2)


@pytest.mark.parametrize("name", ["zero_shot.jsonl", "zero_shot/anything.jsonl"])
def test_a_folder_holds_one_file_per_method(tmp_path: Path, name: str) -> None:
    (tmp_path / "zero_shot").mkdir()
    write_recording(tmp_path / name, {"joke": [["One."]]})

    assert "One." in replayed(Recorded(settings(tmp_path)), "joke", 0).text


def test_other_content_is_another_provider(tmp_path: Path) -> None:
    one = write_recording(tmp_path / "one.jsonl", {"joke": [["One."]]})
    same = write_recording(tmp_path / "same.jsonl", {"joke": [["One."]]})
    other = write_recording(tmp_path / "other.jsonl", {"joke": [["Two."]]})

    identities = [Recorded(settings(path)).identity for path in (one, same, other)]

    assert identities[0] == identities[1] != identities[2]


def test_a_missing_place_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "zero_shot").mkdir()

    for path, sentence in [
        (None, "--recordings"),
        (tmp_path / "nowhere", "no recordings at"),
        (tmp_path, "neither zero_shot.jsonl nor"),
    ]:
        with pytest.raises(BadInput, match=sentence):
            Recorded(settings(path))


def test_several_recordings_of_one_method_must_be_told_apart(tmp_path: Path) -> None:
    (tmp_path / "zero_shot").mkdir()
    for name in ("a", "b"):
        write_recording(tmp_path / "zero_shot" / f"{name}.jsonl", {"joke": [["One."]]})

    with pytest.raises(BadInput, match="2 recordings; name one"):
        Recorded(settings(tmp_path))


def test_a_recording_of_other_labels_is_refused(tmp_path: Path) -> None:
    path = write_recording(tmp_path / "r.jsonl", {"joke": [["One."]]})

    with pytest.raises(BadInput, match="nothing for label 'news'; its labels are joke"):
        Recorded(settings(path, labels=("joke", "news")))


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[1]",
        json.dumps({"label": "joke", "turn": "0", "position": 1, "text": "One."}),
        json.dumps({"label": "joke", "turn": 0, "position": 1}),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = write_recording(tmp_path / "r.jsonl", {"joke": [["One."]]})
    path.write_text(path.read_text() + "\n\n" + line)

    with pytest.raises(BadInput, match=r"r\.jsonl, line 3"):
        Recorded(settings(path))


def test_a_recording_in_another_encoding_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes('{"label": "é"}'.encode("latin-1"))

    with pytest.raises(BadInput, match="not UTF-8"):
        Recorded(settings(path))
