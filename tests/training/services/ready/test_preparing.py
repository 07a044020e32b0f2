"""Ready-made studies: their projects, set up from folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection

from curation.datasets import Policy
from curation.errors import BadInput, BadRows
from curation.models import Annotation, Example, Project
from curation.services.datasets import curate_dataset
from curation.services.lineage import row_lineage
from curation.services.training_rows import test_rows as rows_to_test_on
from curation.services.training_rows import training_rows
from tests.factories import annotate, make_project
from tests.training.services.ready.folders import write_crowd, write_recordings, write_task
from training.services.ready import prepare
from training.services.ready import tasks as task_settings
from training.studies.errors import BadPlan

pytestmark = pytest.mark.django_db


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two recorded tasks."""
    for name in ("humor", "sms_spam"):
        write_task(tmp_path / "data" / "tasks", name)
        write_recordings(tmp_path / "recordings", name)
    return tmp_path / "data"


def test_each_recorded_task_becomes_a_project_with_its_question(data: Path) -> None:
    plan = prepare("paper-one", data=data / "tasks")

    assert plan.projects == ("paper-one-sms_spam", "paper-one-humor")
    project = Project.objects.get(slug="paper-one-humor")
    assert (project.title, project.description) == ("humor", "Joke or news?")
    assert project.label_names() == ["joke", "news"]
    assert project.examples.filter(split="train").count() == 16
    assert len(rows_to_test_on(project)) == 6
    assert len(training_rows(project, "method:zero_shot", seed=0)) == 8
    assert len(training_rows(project, "real@3each+method:few_shot@2each", seed=0)) == 10


def test_the_data_may_be_the_folder_above_the_tasks(data: Path) -> None:
    assert (
        prepare("paper-one", data=data).projects
        == prepare("paper-one", data=data / "tasks", recordings=data.parent / "recordings").projects
    )


def test_preparing_again_changes_nothing(data: Path) -> None:
    first = prepare("paper-one", data=data)
    before = list(Example.objects.order_by("pk").values())

    again = prepare("paper-one", data=data)

    assert again == first
    assert list(Example.objects.order_by("pk").values()) == before


def test_what_was_half_set_up_is_completed(data: Path) -> None:
    prepare("paper-one", data=data)
    project = Project.objects.get(slug="paper-one-humor")
    whole = set(project.examples.values_list("external_id", "text"))
    project.examples.filter(split="train").delete()
    project.examples.filter(provenance__method="few_shot", provenance__turn=1).delete()

    prepare("paper-one", data=data)

    assert set(project.examples.values_list("external_id", "text")) == whole


def test_a_recorded_text_leads_back_to_its_recording(data: Path) -> None:
    prepare("paper-one", data=data)
    project = Project.objects.get(slug="paper-one-humor")
    example = project.examples.get(external_id="zero_shot/joke/1/2")
    annotate(project, ["joke"] * 3, example=example)
    version = curate_dataset(project, Policy(threshold=0.8)).version

    origin = row_lineage(version, example.external_id).origin

    assert origin is not None
    assert origin.facts[1].text == "zero_shot/humor.jsonl, turn 1, text 2"
    assert (example.source, example.split) == ("synthetic", "pool")
    assert example.intended_label is not None
    assert example.intended_label.name == "joke"


def test_training_texts_that_a_test_text_equals_are_left_out_and_told(data: Path) -> None:
    path = data / "tasks" / "humor" / "train.jsonl"
    leak = {"id": "leak", "text": "CHICKEN, humor test 0!", "label": "joke"}
    path.write_text(path.read_text() + json.dumps(leak) + "\n")

    plan = prepare("paper-one", data=data)

    assert not Example.objects.filter(external_id="leak").exists()
    assert "1 training texts left out that a test text equals" in plan.text


def test_a_large_test_set_is_cut_by_chance_within_labels(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_settings, "MOST_TEST_TEXTS", 4)

    plan = prepare("paper-one", data=data)

    rows = rows_to_test_on(Project.objects.get(slug="paper-one-humor"))
    assert sorted(row.label for row in rows) == ["joke", "joke", "news", "news"]
    assert "4 of its 6 test texts, drawn by chance within labels" in plan.text


def test_bands_of_agreement_become_shares_of_test_and_training_texts(data: Path) -> None:
    folder = data / "tasks" / "humor"
    for name in ("train", "test"):
        rows = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]
        rows[0]["meta"] = {"agreement": "75-99"}
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    prepare("paper-one", data=data)

    project = Project.objects.get(slug="paper-one-humor")
    assert [row.agreement for row in rows_to_test_on(project)] == [0.87, *[None] * 5]
    assert len(training_rows(project, "agreed:0.8", seed=0)) == 1


def test_a_recorded_task_without_a_folder_is_left_out_and_told(data: Path) -> None:
    write_recordings(data.parent / "recordings", "ag_news")

    plan = prepare("paper-one", data=data)

    assert plan.projects == ("paper-one-sms_spam", "paper-one-humor")
    assert "- ag_news: left out, its folder is not there" in plan.text


def test_quick_is_the_same_study_in_minutes(data: Path) -> None:
    plan, quick = prepare("paper-two", data=data), prepare("paper-two", data=data, quick=True)

    assert quick.arms == plan.arms
    assert quick.seeds < plan.seeds
    assert not any(one["classifier"] == "transformer" for one in quick.classifiers.values())


def test_what_is_missing_is_named_and_nothing_is_changed(data: Path, tmp_path: Path) -> None:
    recordings = tmp_path / "recordings"
    with pytest.raises(BadPlan, match="no ready-made study 'paper-three'; there are paper-one, "):
        prepare("paper-three", data=data)
    with pytest.raises(BadInput, match=r"There is no folder '.*nowhere' of data"):
        prepare("paper-one", data=tmp_path / "nowhere")
    with pytest.raises(BadInput, match=r"There is no folder '.*nowhere' of recordings"):
        prepare("paper-one", data=data, recordings=tmp_path / "nowhere")
    with pytest.raises(BadInput, match=r"None of the recorded tasks \(sms_spam, humor\) has a"):
        prepare("paper-one", data=recordings, recordings=recordings)
    (recordings / "few_shot" / "sms_spam.jsonl").unlink()
    with pytest.raises(BadInput, match=r"no recording '.*sms_spam.jsonl' of few_shot answers on"):
        prepare("paper-one", data=data)
    (data / "tasks" / "sms_spam" / "test.jsonl").unlink()
    with pytest.raises(BadInput, match=r"sms_spam/test.jsonl'; the study needs task.json, train"):
        prepare("paper-one", data=data)

    assert not Project.objects.exists()


def test_a_bad_row_is_named_and_its_project_is_not_made(data: Path) -> None:
    path = data.parent / "recordings" / "zero_shot" / "sms_spam.jsonl"
    path.write_text('{"label": "poem", "turn": 0, "position": 1, "text": "a"}\n')

    with pytest.raises(BadRows, match=r"line 1: label 'poem' is not one of joke, news"):
        prepare("paper-one", data=data)

    assert not Project.objects.exists()


def test_a_project_of_that_name_with_other_labels_is_left_alone(data: Path) -> None:
    make_project("paper-one-sms_spam", labels=("spam", "ham"))

    with pytest.raises(BadInput, match="has the labels spam, ham, but the study needs joke, news"):
        prepare("paper-one", data=data)

    assert not Example.objects.exists()


def votes(n: int, labels: tuple[str, str], disputed: int) -> dict[str, list[str]]:
    """Ids with three votes each, the first `disputed` of them two against one."""
    given = {}
    for number in range(n):
        label, other = labels if number % 2 else labels[::-1]
        given[f"text-{number}"] = [label, label, other if number < disputed else label]
    return given


def test_crowds_become_projects_with_their_votes_and_a_test_set(tmp_path: Path) -> None:
    cast = votes(60, ("ironic", "not_ironic"), 20)
    write_crowd(tmp_path / "crowd", "multipico_en", cast, labels=("ironic", "not_ironic"))

    plan = prepare("filtering", data=tmp_path)
    again = prepare("filtering", data=tmp_path / "crowd")

    assert plan == again
    assert plan.projects == ("filtering-multipico_en",)
    assert "- convabuse: left out, its folder is not there" in plan.text
    project = Project.objects.get(slug="filtering-multipico_en")
    judged = training_rows(project, "judged", seed=0)
    assert len(judged) + len(rows_to_test_on(project)) == 60
    assert 0 < len(training_rows(project, "agreed:0.8", seed=0)) < len(judged)
    assert Annotation.objects.count() == 180
    assert all(row.probs and row.agreement for row in judged)


def test_ratings_of_offensiveness_are_folded_into_two_labels(tmp_path: Path) -> None:
    cast = {f"text-{n}": ["1", "2", "5"] if n % 2 else ["3", "4", "1"] for n in range(30)}
    write_crowd(tmp_path, "popquorn_offensiveness", cast, labels="12345")

    prepare("filtering", data=tmp_path)

    project = Project.objects.get(slug="filtering-popquorn_offensiveness")
    assert project.label_names() == ["not_offensive", "offensive"]
    labels = {row.id: row.label for row in training_rows(project, "judged", seed=0)}
    assert set(labels.values()) == {"not_offensive", "offensive"}
    assert all((label == "offensive") == (int(key[5:]) % 2 == 0) for key, label in labels.items())


@pytest.mark.skipif(
    connection.vendor == "postgresql",
    reason="seven minutes in a database in which thousands of tests were undone, 15 s in a new one",
)
def test_real_data_prepare_as_the_documents_say(shared_data: Path) -> None:
    plan = prepare("filtering", data=shared_data)

    assert len(plan.projects) == 4
    for slug in plan.projects:
        project = Project.objects.get(slug=slug)
        agreed, random = (
            training_rows(project, source, seed=0) for source in ("agreed:0.8", "random-agreed:0.8")
        )
        assert len(agreed) == len(random) > 300
