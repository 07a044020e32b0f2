from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from curation.models import Example, Project
from generation.models import GenerationRun
from generation.prompting.base import GenerationOptions
from generation.services import plan_generation
from generation.services.asking import Asked
from tests.factories import make_example, make_project

DEMO = Path(__file__).resolve().parents[2] / "demo" / "recordings"


def generate(*arguments: str) -> str:
    out = io.StringIO()
    call_command("generate", "jokes", *arguments, stdout=out)
    return out.getvalue()


def recorded(recording: Path, count: int) -> list[str]:
    place = ["--provider", "recorded", "--recordings", str(recording)]
    return [*place, "--method", "zero_shot", "--count", str(count)]


def test_the_command_says_how_many_were_accepted(project: Project, recording: Path) -> None:
    said = generate(*recorded(recording, 20))

    assert said == "Run 1 of jokes: 20 of 20 examples accepted in 4 calls; rejected: none.\n"


def test_with_json_it_prints_one_object(project: Project, recording: Path) -> None:
    result = json.loads(generate(*recorded(recording, 20), "--json"))

    assert (result["run"], result["accepted"], result["status"]) == (1, 20, "successful")


def test_a_shortfall_is_said_and_is_no_failure(project: Project, recording: Path) -> None:
    assert "Only 40 of 50 examples could be had." in generate(*recorded(recording, 50))


def test_a_dry_run_shows_the_first_prompt_of_each_label_and_changes_nothing(
    project: Project,
) -> None:
    said = generate(
        *["--provider", "openai", "--method", "zero_shot", "--count", "40", "--dry-run"],
        *["--style", "headlines", "--words", "6-14"],
    )

    assert said.count("10 different headlines") == 2
    assert "6 to 14 words" in said
    assert "About 4 calls" in said
    assert not GenerationRun.objects.exists()
    assert not Example.objects.exists()


def test_a_plan_shows_few_shot_examples_too(project: Project) -> None:
    for label in ("joke", "news"):
        make_example(project, f"A real {label}.", split="train", source="real", gold=label)
    asked = Asked(provider="openai", method="few_shot", options=GenerationOptions(shots=1))

    plan = plan_generation(project, asked, count=30)

    assert "- A real joke." in plan.prompts["joke"][-1]["content"]
    assert plan.estimate.calls == 4  # 15 texts of each label, ten in one call


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--recordings", "nowhere", "--count", "4"], "no recordings at nowhere"),
        (["--recordings", "nowhere", "--count", "4", "--words", "many"], "8-28"),
        (["--count", "0"], "count is 0"),
    ],
)
def test_bad_input_is_one_sentence(project: Project, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        generate("--provider", "recorded", "--method", "zero_shot", *arguments)

    assert not GenerationRun.objects.exists()


def test_the_bundled_recording_gives_all_its_texts(db: None) -> None:
    irony = make_project("irony", labels=("irony", "non_irony"))
    out = io.StringIO()

    call_command(
        "generate",
        irony.slug,
        *["--provider", "recorded", "--method", "zero_shot", "--count", "500", "--json"],
        *["--recordings", str(DEMO), "--words", "8-28"],
        stdout=out,
    )

    result = json.loads(out.getvalue())
    assert (result["accepted"], result["rejected"], result["calls"]) == (500, {}, 50)
