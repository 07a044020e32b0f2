from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from curation.embeddings import DIMENSIONS
from curation.models import Example, Project
from generation.services import measuring
from generation.services.measuring import measure_project
from tests.factories import make_example


def measured(*arguments: str) -> str:
    out = io.StringIO()
    call_command("measure", "jokes", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that was embedded; vectors come from a text's hash."""
    seen: list[str] = []

    def embed(texts: Sequence[str], **_: Any) -> Any:
        seen.extend(texts)
        rows = [
            np.random.default_rng(list(text.encode())).normal(size=DIMENSIONS) for text in texts
        ]
        table = np.array(rows).reshape(len(texts), DIMENSIONS)
        return (table / np.linalg.norm(table, axis=1, keepdims=True)).astype(np.float32)

    monkeypatch.setattr(measuring, "embed", embed)
    return seen


def write(project: Project, method: str, *, run: int, count: int) -> None:
    """Generated texts of each label, as a run of this method leaves them."""
    labels = {label.name: label for label in project.labels.all()}
    for name, label in labels.items():
        for number in range(count):
            Example.objects.create(
                project=project,
                external_id=f"g{run}/{method}/{name}/{number}",
                text=f"{method} {name} number {number} of run {run}",
                source="synthetic",
                split="pool",
                intended_label=label,
                provenance={"run": run, "method": method},
            )


def add_real(project: Project, *, count: int, split: str = "train") -> None:
    for label in ("joke", "news"):
        for number in range(count):
            text = f"a real {label} {number} for {split}"
            make_example(project, text, split=split, source="real", gold=label)


@pytest.fixture
def written(project: Project) -> Project:
    """Two methods and real texts of two labels."""
    write(project, "zero_shot", run=1, count=12)
    write(project, "few_shot", run=2, count=10)
    add_real(project, count=20)
    return project


def test_the_command_shows_methods_and_real_texts_at_equal_n(
    written: Project, embedded: list[str]
) -> None:
    said = measured("--draws", "2")

    assert said.startswith(
        "20 texts of each group (joke 10, news 10); 2 draws, mean ± spread over draws, seed 0."
    )
    heads = next(line for line in said.splitlines() if "measure" in line)
    assert heads.split() == ["measure", "zero-shot", "few-shot", "real"]
    for part in ("all labels together", "mean of labels", "label joke", "Remote Clique", "AUC"):
        assert part in said
    assert "AUC, all labels, 95 % over texts: zero-shot " in said
    assert "zero-shot says too often: " in said
    assert "'zero _ shot' (z " in said


def test_with_json_it_prints_one_object_without_nan(written: Project, embedded: list[str]) -> None:
    result = json.loads(measured("--json", "--draws", "1", "--per-label", "5"))

    assert result["per_label"] == {"joke": 5, "news": 5}
    assert list(result["groups"]) == ["zero_shot", "few_shot", "real"]
    few = result["groups"]["few_shot"]
    assert few["pooled"]["remote_clique"]["mean"] == pytest.approx(1, abs=0.1)
    assert few["pooled"]["remote_clique"]["std"] is None  # of one draw
    assert set(few["per_label"]) == {"joke", "news"}


def test_no_test_text_is_looked_at(written: Project, embedded: list[str]) -> None:
    add_real(written, count=30, split="test")

    measure_project(written, draws=1)

    assert len(embedded) == 24 + 20 + 40
    assert not [text for text in embedded if "for test" in text]


def test_without_real_training_texts_it_says_so(project: Project, embedded: list[str]) -> None:
    write(project, "zero_shot", run=1, count=5)
    add_real(project, count=30, split="test")

    said = measured()

    assert "There are no real texts, so similarity and AUC are not measured." in said
    assert "real" not in said.split("mean of labels")[1].replace("real texts", "")


def test_groups_may_be_runs(project: Project, embedded: list[str]) -> None:
    write(project, "zero_shot", run=1, count=5)
    write(project, "zero_shot", run=3, count=5)
    for number in range(3):
        for label in ("joke", "news"):
            make_example(project, f"{label} from a file {number}", intended=label)

    result = json.loads(measured("--json", "--by", "run", "--draws", "1"))

    assert list(result["groups"]) == ["run 1", "run 3", "imported"]
    assert result["per_label"] == {"joke": 3, "news": 3}


def test_the_page_stands_alone_and_shows_plots(
    written: Project, embedded: list[str], tmp_path: Path
) -> None:
    place = tmp_path / "out" / "diversity.html"

    said = measured("--draws", "2", "--out", str(place))

    page = place.read_text(encoding="utf-8")
    assert f"The plots: {place}" in said
    assert page.count('class="fill"') > 30
    assert page.count('class="ideal"') == 9  # three groups, over all and for two labels
    assert "AUC with its 95 % interval over texts: zero-shot " in page
    assert "What is said too often" in page
    assert "How close real texts find each group" in page
    assert "<script" not in page
    assert "<link" not in page


def test_the_same_rows_and_seed_give_the_same_page(
    written: Project, embedded: list[str], tmp_path: Path
) -> None:
    pages = [tmp_path / name for name in ("one.html", "two.html")]
    for place in pages:
        measured("--draws", "1", "--out", str(place))

    assert pages[0].read_bytes() == pages[1].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--per-label", "1"], "per label is 1"),
        (["--draws", "0"], "draws is 0"),
        (["--draws", "1", "--out", "plot.svg"], "must end in .html"),
    ],
)
def test_bad_options_are_a_sentence(
    written: Project, embedded: list[str], arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        measured(*arguments)


def test_a_project_without_generated_texts_says_what_to_do(project: Project) -> None:
    add_real(project, count=3)

    with pytest.raises(CommandError, match="no generated texts to measure; write some with"):
        measured()
