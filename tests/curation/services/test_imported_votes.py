"""Imported answers as rows: skips, times, pseudonyms, and texts that come with the votes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from curation.errors import BadRows
from curation.importers.vote_row import SKIP_REASONS
from curation.models import Annotation, Example, Project, SkipReason
from curation.services.pulling import pseudonym
from curation.services.votes import ImportedVotes, import_votes
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db


def import_lines(
    project: Project, folder: Path, *lines: dict[str, Any], skip_bad: bool = False
) -> ImportedVotes:
    file = folder / "votes.jsonl"
    rows = [{"task": "e1", "worker": "ann", "label": None} | line for line in lines]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return import_votes(project, file, skip_bad=skip_bad)


def task(text: str, label: str, *, person: Any = 7, **data: str) -> dict[str, Any]:
    result = [{"type": "choices", "value": {"choices": [label]}}]
    answer = {"id": 1, "completed_by": person, "result": result, "lead_time": 2.0}
    return {"data": {"text": text, **data}, "annotations": [answer]}


def import_export(project: Project, folder: Path, *tasks: Any, **options: Any) -> ImportedVotes:
    file = folder / "export.json"
    file.write_text(json.dumps(tasks))
    return import_votes(project, file, **options)


def test_reasons_to_skip_are_those_of_the_model() -> None:
    assert set(SKIP_REASONS) == set(SkipReason.values)


def test_skips_seconds_and_times_are_stored(tmp_path: Path) -> None:
    project = make_project()
    make_example(project, name="e1")

    result = import_lines(
        project,
        tmp_path,
        {"worker": "ann", "label": "joke", "seconds": 0, "answered_at": "2026-11-21T14:05:00Z"},
        {"worker": "bob", "skip": "harmful"},
    )

    vote, skip = Annotation.objects.order_by("pk")
    assert (result.added, result.skips) == (2, 1)
    assert (vote.label and vote.label.name, vote.seconds, vote.skip_reason) == ("joke", 0, "")
    assert vote.answered_at is not None
    assert vote.answered_at.isoformat() == "2026-11-21T14:05:00+00:00"
    assert (skip.label, skip.skip_reason, skip.seconds) == (None, "harmful", None)


def test_a_file_imported_twice_adds_nothing(tmp_path: Path) -> None:
    project = make_project()
    make_example(project, name="e1")
    lines = {"worker": "ann", "label": "joke"}, {"worker": "bob", "skip": "unclear"}
    import_lines(project, tmp_path, *lines)

    again = import_lines(project, tmp_path, *lines)

    assert (again.added, again.unchanged, again.skipped) == (0, 2, [])


def test_a_label_where_there_was_a_skip_is_a_bad_row(tmp_path: Path) -> None:
    project = make_project()
    make_example(project, name="e1")
    import_lines(project, tmp_path, {"skip": "unclear"})

    with pytest.raises(BadRows, match="'ann' has answered 'e1' already"):
        import_lines(project, tmp_path, {"label": "joke"})


def test_e_mail_addresses_become_the_pseudonyms_of_the_pull(tmp_path: Path) -> None:
    project = make_project()
    make_example(project, name="e1")

    import_lines(
        project,
        tmp_path,
        {"worker": "Ann@lab.org", "label": "joke"},
        {"worker": "sim-03@simulated.concord.invalid", "label": "joke"},
        {"worker": "at home @ night", "label": "joke"},
    )

    people = dict(project.annotators.values_list("name", "simulated"))
    assert people == {pseudonym("ann@lab.org"): False, "sim-03": True, "at home @ night": False}


def test_an_export_brings_its_texts(tmp_path: Path) -> None:
    project = make_project()

    result = import_export(
        project, tmp_path, task("one", "joke"), task("two", "news", external_id="mine")
    )

    texts = dict(Example.objects.values_list("text", "external_id"))
    assert (result.examples, result.added) == (2, 2)
    assert texts["two"] == "mine"
    assert texts["one"].startswith("text-")
    assert set(Example.objects.values_list("split", "source")) == {("pool", "real")}


def test_an_export_of_our_own_tasks_finds_the_examples_by_their_text(tmp_path: Path) -> None:
    project = make_project()
    known = make_example(project, "one", name="e1")
    make_example(project, "two", name="1")

    result = import_export(project, tmp_path, task("one", "joke", external_id="1"))

    assert result.examples == 0
    assert Annotation.objects.get().task.example == known


def test_an_id_that_another_text_has_is_a_bad_row(tmp_path: Path) -> None:
    project = make_project()
    make_example(project, "one", name="e1")

    result = import_export(
        project,
        tmp_path,
        task("other", "joke", external_id="e1"),
        task("new", "joke", external_id="e2"),
        task("newer", "joke", external_id="e2"),
        skip_bad=True,
    )

    assert [str(row) for row in result.skipped] == [
        "task 1: 'e1' is in the project already with another text",
        "task 3: 'e2' is in the project already with another text",
    ]
    assert result.examples == 1


def test_a_bad_answer_of_an_export_leaves_everything_as_it_was(tmp_path: Path) -> None:
    project = make_project()

    with pytest.raises(BadRows, match="task 2: label 'poem'"):
        import_export(project, tmp_path, task("one", "joke"), task("two", "poem"))

    assert not Example.objects.exists()
    assert not project.rounds.exists()


def test_texts_of_an_export_can_be_set_aside_as_test(tmp_path: Path) -> None:
    project = make_project()

    import_export(
        project, tmp_path, *(task(f"text {n}", "joke") for n in range(50)), test_share=0.5
    )

    assert 10 < Example.objects.filter(split="test").count() < 40


def test_the_command_says_votes_and_skips(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = make_project()
    make_example(project, name="e1")
    file = tmp_path / "votes.csv"
    file.write_text("task,worker,label,skip\ne1,ann,joke,\ne1,bob,,language\n")

    call_command("import_votes", project.slug, str(file))

    said = capsys.readouterr().out
    assert "Imported 1 vote, 1 skip (0 were there already) and 0 texts." in said
    assert f"Next: manage.py agreement {project.slug}." in said


def test_the_command_says_how_many_texts_it_set_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = make_project()
    votes, texts = tmp_path / "votes.csv", tmp_path / "texts.csv"
    votes.write_text("task,worker,label\n" + "".join(f"e{n},ann,joke\n" for n in range(40)))
    texts.write_text("id,text\n" + "".join(f"e{n},Text {n}\n" for n in range(40)))

    call_command(
        "import_votes", project.slug, str(votes), "--texts", str(texts), "--test-share", "0.5"
    )

    aside = project.examples.filter(split="test").count()
    assert f"Set aside to test on: {aside} texts." in capsys.readouterr().out


def import_with_texts(
    project: Project, folder: Path, *texts: dict[str, str], **options: Any
) -> ImportedVotes:
    file, votes = folder / "texts.jsonl", folder / "votes.csv"
    file.write_text("".join(json.dumps(text) + "\n" for text in texts))
    rows = "".join(f"{text['id']},ann,joke\n" for text in texts)
    votes.write_text("task,worker,label\n" + rows)
    return import_votes(project, votes, texts=file, **options)


@pytest.mark.parametrize("split", ["test", "check"])
def test_texts_that_must_be_kept_apart_from_the_pool_do_not_come_with_votes(
    split: str, tmp_path: Path
) -> None:
    project = make_project()
    make_example(project, "The same text", name="t1", split=split, gold="joke")
    texts = [{"id": "x1", "text": "The same text"}, {"id": "x2", "text": "fine"}]

    with pytest.raises(BadRows, match="the text of 'x1' stands") as refused:
        import_with_texts(project, tmp_path, *texts)
    result = import_with_texts(project, tmp_path, *texts, skip_bad=True)

    assert [row.reason for row in refused.value.rows] == ["leakage"]
    assert [row.reason for row in result.skipped] == ["leakage", "unknown_task"]
    assert list(Example.objects.pool().values_list("external_id", flat=True)) == ["x2"]


def test_a_share_set_aside_as_test_takes_no_text_of_the_pool(tmp_path: Path) -> None:
    project = make_project()
    make_example(project, "The same text", name="p1")
    texts = [{"id": "x1", "text": "The same text"}, {"id": "x2", "text": "fine"}]

    result = import_with_texts(project, tmp_path, *texts, test_share=0.999, skip_bad=True)

    assert [row.reason for row in result.skipped] == ["leakage", "unknown_task"]
    assert project.examples.get(split="test").external_id == "x2"


def test_texts_that_stand_twice_in_a_file_and_a_file_that_comes_again_are_no_leak(
    tmp_path: Path,
) -> None:
    project = make_project()
    texts = [{"id": f"x{number}", "text": f"text {number % 5}"} for number in range(10)]

    first = import_with_texts(project, tmp_path, *texts, test_share=0.5)
    again = import_with_texts(project, tmp_path, *texts, test_share=0.5)

    assert (first.examples, again.examples, again.unchanged) == (10, 0, 10)
    assert first.skipped == again.skipped == []
