"""Bad input gets one sentence that says what, where and what to do; and changes nothing."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from curation.models import Annotation, Example, Project
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db

Refused = Callable[..., str]


@pytest.fixture
def refused() -> Refused:
    """Run a command that must be refused; returns its sentence."""

    def run(*arguments: str, **options: Any) -> str:
        with pytest.raises(CommandError) as caught:
            call_command(*arguments, **options)
        sentence = str(caught.value)
        assert "Traceback" not in sentence
        return sentence

    return run


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"id": "a", "text": "", "label": "joke"}\n', "line 1: example 'a' has no text"),
        (b'{"id": "a", "text": "x", "label": "poem"}\n', "label 'poem' is not one of joke, news"),
        (
            b'{"id": "good", "text": "x", "label": "joke"}\n',
            "line 1: id 'good' stands in the file twice",
        ),
        (b'{"id": "a", "label": "joke"}\n', "line 1: no 'text' in it"),
        (b'{"id": "a", "text": "x"}\n', "line 1: no 'label' in it"),
        (b'{"id": "a", "text": \n', "line 1: not JSON"),
        (b'{"id": "a", "text": ' + b"[" * 100_000 + b"\n", "line 1: not JSON"),
        (b'{"id": "", "text": "x", "label": "joke"}\n', "its id must be a text"),
        (b'["a", "x", "joke"]\n', "line 1: no 'id' in it"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(
    tmp_path: Path, refused: Refused, content: bytes, says: str
) -> None:
    make_project()
    file = tmp_path / "texts.jsonl"
    file.write_bytes(b'{"id": "good", "text": "fine", "label": "news"}\n' + content)

    sentence = refused("import_examples", "jokes", str(file), "--split", "test")

    assert says.replace("line 1", "line 2") in sentence
    assert "--skip-bad" in sentence
    assert Example.objects.count() == 0


def test_with_skip_bad_the_good_rows_come_in_and_every_skipped_one_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_project()
    file = tmp_path / "texts.csv"
    file.write_text("id,text,label\na,fine,joke\nb,,joke\nc,also fine,poem\nd,good,news\n")

    call_command("import_examples", "jokes", str(file), "--split", "test", "--skip-bad")

    said = capsys.readouterr().out
    assert "Imported 2 texts" in said
    assert "line 3: example 'b' has no text" in said
    assert "line 4: label 'poem'" in said
    assert Example.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.jsonl", None, "There is no file"),
        ("latin.csv", "id,text\na,caf\xe9\n".encode("latin-1"), "is not UTF-8"),
        ("narrow.csv", b"id,words\na,b\n", "has no column 'text' (its header has: id, words)"),
        ("empty.csv", b"", "is empty; its first line must name id, text"),
        ("twice.csv", b"id,text,x,x\n1,a,b,c\n", "has more than one column 'x'; give each a name"),
        ("sheet.csv", b"PK\x03\x04\xff", "is a spreadsheet or zip file"),
        ("wide.csv", "id,text\n".encode("utf-16"), "is UTF-16"),
        ("list.jsonl", b'[{"id": "a", "text": "x"}]\n', "is a JSON list"),
        ("texts.xlsx", b"PK", "must end in .jsonl or .csv"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, refused: Refused, name: str, content: bytes | None, says: str
) -> None:
    make_project()
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)

    assert says in refused("import_examples", "jokes", str(file), "--split", "pool")


def test_a_folder_is_not_a_file(tmp_path: Path, refused: Refused) -> None:
    make_project()
    folder = tmp_path / "folder.csv"
    folder.mkdir()

    assert "is a folder" in refused("import_examples", "jokes", str(folder), "--split", "pool")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("nobody,w1,joke", "there is no example 'nobody'"),
        ("e1,w1,poem", "label 'poem' is not one of joke, news"),
        ("e1,,joke", "its worker must be a name"),
        ("e1,w0,news", "'w0' has answered 'e1' already"),
        ("e1,w1", "does not have 3 cells"),
    ],
)
def test_a_bad_vote_is_named_and_no_vote_is_imported(
    tmp_path: Path, refused: Refused, row: str, says: str
) -> None:
    make_example(make_project(), name="e1")
    file = tmp_path / "votes.csv"
    file.write_text(f"task,worker,label\ne1,w0,joke\n{row}\n")

    sentence = refused("import_votes", "jokes", str(file))

    assert f"line 3: {says}" in sentence
    assert Annotation.objects.count() == 0
    assert not Project.objects.get().rounds.exists()


def test_a_votes_file_without_its_columns_is_refused(tmp_path: Path, refused: Refused) -> None:
    make_project()
    file = tmp_path / "votes.csv"
    file.write_text("item,who,answer\n1,2,3\n")

    assert "has no column 'task'" in refused("import_votes", "jokes", str(file))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["one", "--labels", "a"], "needs at least two labels"),
        (["two", "--labels", "a,a"], "'a' is named more than once"),
        (["two", "--labels", "a,"], "must have 1 to 60 characters"),
        (["Bad Slug", "--labels", "a,b"], "cannot name a project"),
        (["two"], "either with --labels"),
        (["two", "--labels", "a,b", "--overlap", "0"], "at least 1 annotation"),
        (["two", "--from", "nowhere.json"], "There is no file"),
    ],
)
def test_a_project_that_cannot_be_is_refused(
    refused: Refused, arguments: list[str], says: str
) -> None:
    assert says in refused("create_project", *arguments)
    assert not Project.objects.exists()


def test_a_project_cannot_be_created_twice(refused: Refused) -> None:
    make_project("jokes")

    assert "There is a project 'jokes' already" in refused(
        "create_project", "jokes", "--labels", "a,b"
    )


def test_an_unknown_project_says_how_to_create_it(refused: Refused) -> None:
    assert "create_project nowhere" in refused("agreement", "nowhere")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--threshold", "1.5"], "above 0 and at most 1"),
        (["--keep-share", "0"], "above 0 and at most 1"),
        ([], "Say how to keep examples"),
        (["--threshold", "0.8", "--keep-share", "0.5"], "Say how to keep examples"),
        (["--threshold", "0.8", "--min-votes", "0"], "must be at least 1"),
        (["--threshold", "0.8"], "has no votes yet"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(
    refused: Refused, arguments: list[str], says: str
) -> None:
    project = make_project()

    assert says in refused("curate", "jokes", *arguments)
    assert not project.dataset_versions.exists()


def test_a_label_studio_that_does_not_answer_is_named(refused: Refused) -> None:
    project = make_project()
    make_example(project, intended="joke")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"

    sentence = refused("push", "jokes", "--label-studio-url", url, "--token", "x" * 40)

    assert url in sentence
    assert "did not answer" in sentence
    assert not project.rounds.exists()


def test_an_address_that_is_none_is_refused(refused: Refused) -> None:
    make_example(make_project(), intended="joke")

    sentence = refused("push", "jokes", "--label-studio-url", "ftp://x", "--token", "x")

    assert "ftp://x" in sentence


def test_a_server_without_a_token_is_refused(refused: Refused) -> None:
    make_example(make_project(), intended="joke")

    sentence = refused("push", "jokes", "--label-studio-url", "http://127.0.0.1:9")

    assert "needs a token" in sentence


def test_pushing_without_any_server_says_how_to_start_one(refused: Refused) -> None:
    make_example(make_project(), intended="joke")

    assert "labelstudio start" in refused("push", "jokes")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--data", "nowhere"], "There is no 'nowhere/task.json'"),
        (["--votes", "nowhere"], "There is no 'nowhere/source.json'"),
        (["--votes", "a", "--data", "b"], "not both"),
        (["--count", "0"], "must be at least 1"),
        (["--threshold", "2"], "above 0 and at most 1"),
    ],
)
def test_a_demonstration_that_cannot_be_is_refused_before_it_starts(
    refused: Refused, arguments: list[str], says: str
) -> None:
    assert says in refused("demo", *arguments)
    assert not Project.objects.exists()


def test_a_demonstration_whose_results_cannot_be_written_is_refused_before_it_starts(
    refused: Refused, concord_home: Path
) -> None:
    (concord_home / "demo").write_text("a file where a folder is needed")

    assert "cannot be written" in refused("demo")
    assert not Project.objects.exists()


def test_a_text_on_both_sides_of_the_test_border_is_refused(
    tmp_path: Path, refused: Refused
) -> None:
    make_example(make_project(), "the same words", split="test", source="real", gold="joke")
    file = tmp_path / "texts.jsonl"
    file.write_text('{"id": "a", "text": "the same words", "label": "joke"}\n')

    sentence = refused("import_examples", "jokes", str(file), "--split", "train")

    assert "the text of 'a' stands in the test set too" in sentence


def test_half_a_character_pair_is_a_bad_row(tmp_path: Path, refused: Refused) -> None:
    make_project()
    file = tmp_path / "texts.jsonl"
    file.write_text('{"id": "a", "text": "broken \\ud83d"}\n')

    assert "half of a character pair" in refused(
        "import_examples", "jokes", str(file), "--split", "pool"
    )


def test_a_vote_that_stands_twice_is_bad_wherever_it_stands(
    tmp_path: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curation.services.votes.CHUNK", 2)
    project = make_project()
    for name in ("e1", "e2", "e3"):
        make_example(project, name=name)
    file = tmp_path / "votes.csv"
    file.write_text("task,worker,label\ne1,w,joke\ne2,w,joke\ne3,w,joke\ne1,w,joke\n")

    assert "line 5: 'w' has answered 'e1' already" in refused("import_votes", "jokes", str(file))


def test_a_database_that_refuses_is_a_sentence(
    refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr("curation.management.base.bring_up_to_date", fail)

    assert "refused (unable to open database file)" in refused("agreement", "jokes")
