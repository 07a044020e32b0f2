"""Texts with known answers measure annotators; nothing else ever sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from curation.assignment import Checks
from curation.datasets import Policy
from curation.errors import NothingToDo
from curation.forms import trainable_sources
from curation.models import Annotation, Example, Project, Task
from curation.services.agreement import judge, summarise
from curation.services.annotating.rounds import RoundOptions, open_round
from curation.services.datasets import curate_dataset
from curation.services.exports import export_dataset
from curation.services.report.examples import most_disputed
from curation.services.training_rows import test_rows as rows_to_test
from curation.services.training_rows import training_rows
from tests.curation.annotating.room import sit, work_through
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project()


def write(folder: Path, *rows: dict[str, str]) -> str:
    path = folder / "texts.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return str(path)


def bring(file: str, *options: str) -> None:
    call_command("import_examples", "jokes", file, *options)


def test_check_texts_come_with_their_label(project: Project, tmp_path: Path) -> None:
    bring(write(tmp_path, {"id": "k", "text": "known", "label": "joke"}), "--split", "check")

    example = project.examples.get()
    assert (example.split, example.provenance) == ("check", {})
    assert example.gold_label is not None
    assert example.gold_label.name == "joke"


def test_attention_texts_are_marked(project: Project, tmp_path: Path) -> None:
    file = write(tmp_path, {"id": "k", "text": "choose joke", "label": "joke"})

    bring(file, "--split", "check", "--attention")

    assert project.examples.get().provenance == {"check": "attention"}
    bring(file, "--split", "check", "--attention")  # again: nothing changes
    with pytest.raises(CommandError, match="kind of check"):
        bring(file, "--split", "check")


def test_what_is_no_check_cannot_ask_for_attention(project: Project, tmp_path: Path) -> None:
    file = write(tmp_path, {"id": "k", "text": "choose joke", "label": "joke"})

    with pytest.raises(CommandError, match="--split check --attention"):
        bring(file, "--split", "pool", "--attention")


def test_a_check_without_a_label_is_a_bad_row(project: Project, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="has no label"):
        bring(write(tmp_path, {"id": "k", "text": "known", "label": ""}), "--split", "check")


@pytest.mark.parametrize(
    ("there", "new", "where"),
    [
        ("pool", "check", "in the pool"),
        ("test", "check", "in the test set"),
        ("check", "pool", "among the checks"),
        ("check", "test", "among the checks"),
    ],
)
def test_a_check_never_stands_in_the_pool_or_the_test_set(
    project: Project, tmp_path: Path, there: str, new: str, where: str
) -> None:
    make_example(project, "known", split=there, gold="joke")
    file = write(tmp_path, {"id": "k", "text": "known", "label": "joke"})

    with pytest.raises(CommandError, match=f"the text of 'k' stands {where} too"):
        bring(file, "--split", new)


def test_nothing_but_annotators_is_measured_with_checks(project: Project, tmp_path: Path) -> None:
    for number in range(4):
        make_example(project, f"text {number}", intended="joke")
    for number in range(3):
        make_example(project, f"known {number}", split="check", gold="news", source="real")
    target = open_round(project, RoundOptions(checks=Checks(gold=0.4, qualification=2)))
    for name in ("ann-1", "ann-2", "ann-3"):
        work_through(sit(target, name), label="news")
    known = set(project.examples.filter(split="check").values_list("external_id", flat=True))
    assert Annotation.objects.filter(task__example__split="check").count() >= 6

    version = curate_dataset(project, Policy(threshold=0.5)).version
    exported = export_dataset(version, form="jsonl", to=tmp_path / "out.jsonl")

    ids = {json.loads(line)["id"] for line in exported.path.read_text().splitlines()}
    assert len(ids) == 4
    assert not known & ids
    assert not known & set(judge(project).judged.external_id)
    assert (summarise(project).examples, summarise(project).annotations) == (4, 12)
    assert not known & {card.external_id for card in most_disputed(project, limit=9)}
    for source in ("synthetic", "version:1", "random:1"):
        rows = training_rows(project, source, seed=0)
        assert not known & {row.id for row in rows}, source
    assert "real" not in trainable_sources(project)
    with pytest.raises(NothingToDo):
        training_rows(project, "real", seed=0)
    with pytest.raises(NothingToDo, match="no test set"):
        rows_to_test(project)
    assert not project.examples.filter(split=Example.Split.CHECK, tasks__purpose=Task.Purpose.VOTE)
