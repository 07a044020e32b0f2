"""Files of texts in, files of predictions out."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from curation.errors import BadInput, JobCancelled
from curation.models import Project
from tests.training.factories import ASKED_AT, LABELS, TFIDF
from tests.training.fitting.test_serve import fitted
from training.errors import BadTexts, ModelNotKept, NoTemperature, RunNotFound
from training.fitting.processes import ROOT
from training.fitting.run_folder import RunFolder
from training.models import TrainingRun
from training.services.predicted_files import predict_file

KEPT = replace(TFIDF, labels=LABELS, save_model=True)
JOKE = "why did the chicken cross the road to laugh"
NEWS = "parliament voted on the budget in the capital"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A finished run with its model; no test changes it."""
    return fitted(tmp_path_factory.mktemp("kept"), KEPT)


@pytest.fixture
def run(project: Project, folder: RunFolder) -> TrainingRun:
    return TrainingRun.objects.create(
        project=project,
        source="real",
        seed=0,
        config=KEPT.as_json(),
        fingerprint="kept",
        recipe="kept",
        status=TrainingRun.Status.SUCCESSFUL,
        train_rows=12,
        macro_f1=1.0,
        accuracy=1.0,
        metrics={"calibration": {"temperature": {"value": 2.0, "rows": 9}}},
        folder=str(folder.path),
        asked_at=ASKED_AT,
    )


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_every_text_gets_its_label_and_a_probability_per_label(
    run: TrainingRun, tmp_path: Path
) -> None:
    source = write(tmp_path / "texts.csv", f"id,text,n\na,{JOKE},1\nb,{NEWS},2\n")

    done = predict_file(run.project, run.key, source, tmp_path / "said.csv")

    with (tmp_path / "said.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (done.rows, done.labels, done.run_key) == (2, {"joke": 1, "news": 1}, run.key)
    assert [(row["line"], row["id"], row["text"], row["predicted"]) for row in rows] == [
        ("2", "a", JOKE, "joke"),
        ("3", "b", NEWS, "news"),
    ]
    for row in rows:
        assert float(row["p_joke"]) + float(row["p_news"]) == pytest.approx(1)
        assert max(LABELS, key=lambda label: float(row[f"p_{label}"])) == row["predicted"]


def test_every_form_holds_the_same(run: TrainingRun, tmp_path: Path) -> None:
    texts = write(tmp_path / "texts.txt", f"{JOKE}\r\n\n{NEWS}\n")
    lines = "".join(json.dumps({"text": text}) + "\n" for text in (JOKE, NEWS))

    predict_file(run.project, "", texts, tmp_path / "a.jsonl")
    predict_file(run.project, "", write(tmp_path / "b.jsonl", lines), tmp_path / "b.parquet")

    said = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    table = pq.read_table(tmp_path / "b.parquet").to_pylist()
    assert [row["line"] for row in said] == ["1", "3"]
    assert [row["text"] for row in said] == [row["text"] for row in table] == [JOKE, NEWS]
    assert [list(row["p"].values()) for row in said] == [row["p"] for row in table]


def test_no_cell_can_run_as_a_formula(run: TrainingRun, tmp_path: Path) -> None:
    source = write(tmp_path / "texts.txt", "=HYPERLINK(1)\n@news\n")

    predict_file(run.project, run.key, source, tmp_path / "said.csv")

    lines = (tmp_path / "said.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[2] for line in lines[1:]] == ["'=HYPERLINK(1)", "'@news"]


def test_a_temperature_changes_how_sure_it_is_and_not_what_it_says(
    run: TrainingRun, tmp_path: Path
) -> None:
    source = write(tmp_path / "texts.txt", f"{JOKE}\n")

    plain = predict_file(run.project, run.key, source, tmp_path / "plain.jsonl")
    done = predict_file(run.project, run.key, source, tmp_path / "said.jsonl", calibrated=True)

    before = json.loads((tmp_path / "plain.jsonl").read_text())
    after = json.loads((tmp_path / "said.jsonl").read_text())
    assert (plain.temperature, done.temperature) == (None, 2.0)
    assert 0.5 < after["p"]["joke"] < before["p"]["joke"]


def test_without_a_temperature_none_is_made_up(run: TrainingRun, tmp_path: Path) -> None:
    run.metrics = {"calibration": {"temperature": None}}
    run.save(update_fields=["metrics"])
    source = write(tmp_path / "texts.txt", JOKE)

    with pytest.raises(NoTemperature, match="leave --calibrated out"):
        predict_file(run.project, run.key, source, tmp_path / "said.csv", calibrated=True)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("texts.csv", "id,words\n1,a\n", "has no column 'text'"),
        ("texts.csv", 'text\nfine\n" "\n', "1 bad row, so nothing was predicted .line 3"),
        ("texts.jsonl", '{"text": "a"}\n{"text": 3}\n', "line 2: no text in 'text'"),
        ("texts.jsonl", '{"text": "half \\ud83d"}\n', "half of a character pair"),
        ("texts.txt", "\n \n", "has no texts"),
        ("texts.xlsx", "PK", "must end in one of .csv"),
    ],
)
def test_a_bad_file_gets_one_sentence_and_leaves_no_file(
    run: TrainingRun, tmp_path: Path, name: str, content: str, sentence: str
) -> None:
    source = write(tmp_path / name, content)
    to = write(tmp_path / "said.csv", "from before")

    with pytest.raises(BadInput, match=sentence):
        predict_file(run.project, run.key, source, to)

    assert to.read_text() == "from before"
    assert {path.name for path in tmp_path.iterdir()} == {name, "said.csv", "concord"}


def test_bad_rows_can_be_left_out_and_are_named(run: TrainingRun, tmp_path: Path) -> None:
    source = write(tmp_path / "texts.csv", f'text\n" "\n{NEWS}\n')

    with pytest.raises(BadTexts, match="pass --skip-bad"):
        predict_file(run.project, run.key, source, tmp_path / "said.csv")
    done = predict_file(run.project, run.key, source, tmp_path / "said.csv", skip_bad=True)

    assert (done.rows, [row.line for row in done.skipped]) == (1, [2])


@pytest.mark.parametrize("to", ["texts.txt", "said.xlsx", "there/is/no/said.csv", "folder.csv"])
def test_what_cannot_be_written_is_said_before_anything_is_judged(
    run: TrainingRun, tmp_path: Path, to: str
) -> None:
    (tmp_path / "folder.csv").mkdir()
    source = write(tmp_path / "texts.txt", JOKE)

    with pytest.raises(BadInput):
        predict_file(run.project, run.key, source, tmp_path / to)

    assert source.read_text() == JOKE


def test_without_a_model_it_says_how_to_have_one(
    run: TrainingRun, tmp_path: Path, folder: RunFolder
) -> None:
    source = write(tmp_path / "texts.txt", JOKE)
    run.folder = str(tmp_path / "gone")
    run.save(update_fields=["folder"])

    with pytest.raises(ModelNotKept, match=r"Train it again with: manage.py train"):
        predict_file(run.project, run.key, source, tmp_path / "said.csv")
    with pytest.raises(RunNotFound):
        predict_file(run.project, "training:99", source, tmp_path / "said.csv")


def test_a_stopped_prediction_leaves_nothing(run: TrainingRun, tmp_path: Path) -> None:
    source = write(tmp_path / "texts.txt", f"{JOKE}\n" * 600)
    seen = []

    def stop(done: int, total: int, note: str = "") -> None:
        seen.append((done, total))
        if done > 256:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        predict_file(run.project, run.key, source, tmp_path / "said.csv", progress=stop)

    assert seen == [(256, 600), (512, 600)]
    assert {path.name for path in tmp_path.iterdir()} == {"texts.txt", "concord"}


def test_killed_halfway_the_same_command_writes_the_whole_file(tmp_path: Path) -> None:
    write(tmp_path / "texts.txt", f"{JOKE}\n" * 300)
    write(tmp_path / "said.csv", "from before")
    died = in_process(tmp_path, MAKE + HALF + PREDICT)
    before = (tmp_path / "said.csv").read_text()

    done = in_process(tmp_path, PREDICT)

    assert (died.returncode, before) == (-signal.SIGKILL, "from before")
    assert (done.returncode, done.stderr) == (0, "")
    assert len((tmp_path / "said.csv").read_text().splitlines()) == 301


START = """
import os, signal
os.environ["DJANGO_SETTINGS_MODULE"] = "curation.settings"
import django
django.setup()
from django.core.management import call_command
"""
MAKE = """
call_command("migrate", verbosity=0)
from tests.training.factories import TFIDF, make_project
from training.services import train_source
from dataclasses import replace
train_source(make_project(), "real", seeds=1, config=replace(TFIDF, save_model=True))
"""
HALF = """
from curation.exporters import WRITERS
def half(table, rows, sink):
    sink.write(b"half a line")
    sink.flush()
    next(iter(rows))
    os.kill(os.getpid(), signal.SIGKILL)
WRITERS["csv"] = half
"""
PREDICT = """
call_command("predict", "headlines", "texts.txt", "--to", "said.csv")
"""


def in_process(home: Path, code: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CONCORD_HOME": str(home / "own"), "PYTHONPATH": str(ROOT)}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-c", START + code],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
