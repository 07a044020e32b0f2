"""What generation tells the hub's lineage."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation.datasets import Policy
from curation.models import ExampleSummary, Project
from curation.services.datasets import curate_dataset
from curation.services.exports import export_dataset
from curation.services.importing_versions import import_dataset
from curation.services.lineage import version_graph, version_prov
from curation.services.lineage.hooks import generated_by, origin_of
from generation.models import Call
from tests.factories import annotate, make_example
from tests.generation.scripted_server import texts
from tests.generation.wishes import ask, replay

pytestmark = pytest.mark.django_db


def test_an_example_goes_back_to_its_call_prompt_and_screening(
    project: Project, recording: Path
) -> None:
    replay(project, recording, 4)
    example = project.examples.order_by("pk").first()
    assert example is not None

    origin = origin_of(example)

    assert origin is not None
    call = Call.objects.get(drafts__example=example)
    terms = {fact.term: fact for fact in origin.facts}
    assert terms["Run"].address == "/projects/jokes/generation/runs/1/"
    assert terms["Call"].address == f"/projects/jokes/generation/calls/{call.pk}/"
    assert terms["Model"].text.startswith("recorded")
    assert terms["Cost"].text == "0 USD for the call, which asked for 10 texts"
    assert call.messages[-1]["content"] in origin.prompt
    assert origin.screening[0].text.startswith("accepted")


def test_an_imported_example_has_no_origin(project: Project) -> None:
    assert origin_of(make_example(project)) is None


def test_a_version_goes_back_to_the_runs_that_wrote_its_texts(
    project: Project, recording: Path
) -> None:
    replay(project, recording, 4)
    for example in project.examples.all():
        annotate(project, ["joke"] * 3, example=example)
    annotate(project, ["news"] * 3)
    version = curate_dataset(project, Policy(keep_all=True)).version

    graph = version_graph(version)

    texts = {node.key: node.details for node in graph.nodes if node.type == "Examples"}
    assert texts == {"examples/run-1": {"examples": 4}, "examples/imported": {"examples": 1}}
    (run,) = [node for node in graph.nodes if node.type == "GenerationRun"]
    assert run.details["accepted"] == 4
    assert "terms:accepted" not in version_prov(version)["activity"]["concord:generation/1"]


def test_runs_that_are_not_there_are_left_out(project: Project) -> None:
    assert generated_by(project, [1, 2]) == []


def test_texts_of_an_imported_version_are_of_no_run_here(
    project: Project, recording: Path, tmp_path: Path
) -> None:
    replay(project, recording, 4)
    for example in project.examples.all():
        annotate(project, ["joke"] * 3, example=example)
    version = curate_dataset(project, Policy(keep_all=True)).version
    path = export_dataset(version, form="jsonl", to=tmp_path / "out").path
    copy = import_dataset(path, slug="copy").version

    run = replay(copy.project, recording, 2)

    assert (run.number, run.accepted) == (2, 2)
    texts = {node.key for node in version_graph(copy).nodes if node.type == "Examples"}
    assert texts == {"examples/imported"}
    again = export_dataset(copy, form="jsonl", to=tmp_path / "again").path
    assert (again / "rows.jsonl").read_bytes() == (path / "rows.jsonl").read_bytes()


def test_ids_of_texts_that_a_run_elsewhere_wrote_are_in_no_runs_way(project: Project) -> None:
    for label in ("joke", "news"):
        there = make_example(project, name=f"g1/zero_shot/{label}/0/0/1", intended=label)
        ExampleSummary.objects.filter(example=there).update(run=1)

    run = ask(project, texts("one two three four"), texts("five six seven eight"))

    assert (run.number, run.accepted) == (2, 2)
