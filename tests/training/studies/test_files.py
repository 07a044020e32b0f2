from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from training.studies.errors import BadPlan
from training.studies.files import read_plan

PLAN = {
    "title": "t",
    "projects": ["p"],
    "arms": [{"name": "a", "source": "real"}],
    "classifiers": {"m": {"classifier": "tfidf"}},
}


@pytest.mark.parametrize("name", ["one.json", "one.yaml", "one.yml", "one"])
def test_json_and_yaml_say_the_same(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(PLAN) if name.endswith("json") else yaml.safe_dump(PLAN))

    assert read_plan(path).as_json()["arms"] == PLAN["arms"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "cannot be read"),
        (b"[1, 2]", "does not hold a study"),
        (b"", "does not hold a study"),
        (b"title: t", "names no projects"),
        (b"\xff\xfe\xff", "cannot be read"),
        (b"a: !!python/object/apply:os.system [ls]", "cannot be read"),
    ],
)
def test_what_holds_no_study_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "one.yaml"
    path.write_bytes(content)

    with pytest.raises(BadPlan, match=sentence) as error:
        read_plan(path)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_or_far_too_large_is_one_sentence(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_text("#" * 1_000_001)

    with pytest.raises(BadPlan, match="larger than any study"):
        read_plan(large)
    with pytest.raises(BadPlan, match="cannot be read"):
        read_plan(tmp_path / "nowhere.yaml")
