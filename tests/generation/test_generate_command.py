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
from tests.generation.limited_server import LimitedServer

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

    assert said == "Run 1 of jokes: 20 of 20 examples accepted in 4 calls.\n"


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
    assert "At least 4 calls" in said
    assert not GenerationRun.objects.exists()
    assert not Example.objects.exists()


def test_a_plan_shows_few_shot_examples_too(project: Project) -> None:
    for label in ("joke", "news"):
        make_example(project, f"A real {label}.", split="train", source="real", gold=label)
    asked = Asked(
        provider="openai", method="few_shot", options=GenerationOptions(shots=1, seed_share=1.0)
    )

    plan = plan_generation(project, asked, count=30)

    assert "- A real joke." in plan.prompts["joke"][-1]["content"]
    assert plan.estimate.low.calls == 4  # 15 texts of each label, ten in one call


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


def asked(server: LimitedServer, *more: str) -> list[str]:
    place = ["--provider", "openai", "--model", "tiny", "--base-url", server.base_url]
    return [*place, "--method", "zero_shot", "--turns", "1", "--words", "8-24", *more]


def test_a_run_with_a_price_says_what_it_cost(project: Project) -> None:
    with LimitedServer() as server:
        said = generate(*asked(server, "--count", "20", "--price", "1", "4", "--cap", "5"))

    run = GenerationRun.objects.get()
    assert "Run 1 of jokes: 20 of 20 examples accepted" in said
    assert f"Cost: {run.cost}; {run.cost_per_accepted} for each accepted example" in said
    assert f"Tokens: {run.prompt_tokens:,} sent, {run.completion_tokens:,} written." in said


def test_a_cap_that_is_reached_is_said_with_what_to_do(project: Project) -> None:
    with LimitedServer() as server:
        arguments = asked(server, "--count", "200", "--price", "1", "4")
        said = generate(*arguments, "--cap", "0.01")
        assert "The cap of 0.010 USD is reached" in said
        said = generate(*arguments, "--cap", "5")

    assert "200 of 200 examples accepted" in said


def test_calls_that_were_answered_before_are_named_and_can_be_asked_anew(
    project: Project,
) -> None:
    twin = make_project("twin")
    Project.objects.filter(pk=twin.pk).update(title=project.title)
    with LimitedServer() as server:
        arguments = asked(server, "--count", "20", "--parallel", "1")
        generate(*arguments)
        seen, out = server.stats()["seen"], io.StringIO()
        call_command("generate", "twin", *arguments, stdout=out)
        assert server.stats()["seen"] == seen
        call_command("generate", "twin", *arguments, "--seed", "1", "--no-reuse", stdout=out)
        assert server.stats()["seen"] == 2 * seen

    assert f"{seen} calls were answered by earlier runs, for nothing." in out.getvalue()


def test_a_dry_run_says_what_it_would_cost_and_that_a_label_has_no_definition(
    project: Project,
) -> None:
    arguments = ["--provider", "openai", "--method", "zero_shot", "--count", "40", "--dry-run"]

    unknown = generate(*arguments, "--model", "own-model")
    known = generate(*arguments, "--model", "gpt-5-mini", "--json")

    assert "Nobody knows the price of this model; give it with --price" in unknown
    assert "No definition for label 'joke', 'news'" in unknown
    estimate = json.loads(known)["estimate"]
    assert estimate["low"]["cost"].endswith("USD")
    assert estimate["low"]["calls"] <= estimate["likely"]["calls"] <= estimate["high"]["calls"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--cap", "much"], "'much' is not an amount of money"),
        (["--cap", "1e999"], "is not an amount of money"),
        (["--price", "1", "dear"], "'dear' is not a price"),
        (["--rpm", "0"], "0 requests per minute would let nothing through"),
        (["--tpm", "-5"], "would let nothing through"),
        (["--parallel", "0"], "parallel is 0"),
        (["--patience", "0"], "patience is 0"),
        (["--top-up", "0.5"], "Top-up is 0.5"),
        (["--model", ""], "Name the model"),
        (["--base-url", "nonsense"], "is not an address"),
        (["--near", "0.2"], "limit near is 0.2"),
    ],
)
def test_terms_that_cannot_be_kept_are_one_sentence(
    project: Project, arguments: list[str], sentence: str
) -> None:
    place = ["--provider", "openai", "--model", "tiny", "--base-url", "http://127.0.0.1:9/v1"]

    with pytest.raises(CommandError, match=sentence):
        generate(*place, "--method", "zero_shot", "--count", "4", *arguments)

    assert not GenerationRun.objects.exists()


def test_a_cap_for_a_model_without_a_price_is_one_sentence(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_LLM_KEY", "sk-test")
    place = ["--provider", "openai", "--model", "own", "--base-url", "https://llm.example/v1"]

    with pytest.raises(CommandError, match="Nobody knows what 'own' costs"):
        generate(*place, "--method", "zero_shot", "--count", "4", "--cap", "1")

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
