"""What generation tells the hub's lineage."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation.datasets import Policy
from curation.models import Project
from curation.services.datasets import curate_dataset
from curation.services.lineage import version_graph, version_prov
from curation.services.lineage.hooks import generated_by, origin_of
from generation.models import Call
from tests.factories import annotate, make_example
from tests.generation.wishes import replay

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
