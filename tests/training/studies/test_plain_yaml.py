"""YAML from a page: what stands for more than it says is refused at once."""

from __future__ import annotations

import pytest
import yaml

from training.studies.plain_yaml import PlainDumper, PlainLoader

BOMB = "a: &a [x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


def read(text: str) -> object:
    return yaml.load(text, Loader=PlainLoader)


@pytest.mark.parametrize("text", [BOMB, "arms: [&x real, *x]", "a: &a [*a]"])
def test_references_are_refused(text: str) -> None:
    with pytest.raises(yaml.YAMLError, match="refers to an earlier part"):
        read(text)


def test_what_is_deeper_than_any_study_is_refused() -> None:
    with pytest.raises(yaml.YAMLError, match="20 levels deep"):
        read("[" * 400 + "]" * 400)


def test_objects_are_not_made() -> None:
    with pytest.raises(yaml.YAMLError):
        read("!!python/object/apply:os.system [true]")


def test_what_is_written_is_read_again_though_parts_are_the_same() -> None:
    same = {"classifier": "tfidf"}

    text = yaml.dump({"first": same, "second": same}, Dumper=PlainDumper)

    assert read(text) == {"first": same, "second": same}
