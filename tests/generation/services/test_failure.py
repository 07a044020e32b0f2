"""Generation that follows a classifier's mistakes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from curation.errors import BadInput, NothingToDo
from curation.models import Project
from curation.progress import silent
from curation.services.predicting import attach
from generation.jobs import generate as generate_job
from generation.models import Call, Draft, GenerationRun
from generation.regions.steering import OPTIMISTIC, THROWN_AWAY
from generation.services.keeping import wrong_gate
from generation.services.regions import counted_regions
from generation.services.steering import steer
from generation.services.wishes import read_wish
from tests.factories import make_example
from tests.generation.scripted_server import ScriptedServer, serving, texts
from tests.generation.services import classifiers

FUNNY = "That is a funny one, number {}."
DRY = "A dry one without anything, number {}."


@pytest.fixture(autouse=True)
def word_classifier(settings: Any) -> Iterator[None]:
    """The hub finds a classifier that goes by one word."""
    settings.CONCORD_ATTACH = "tests.generation.services.classifiers.attach"
    settings.CONCORD_PREDICTOR = "tests.generation.services.classifiers.open_predictor"
    classifiers.opened.clear()
    yield
    classifiers.opened.clear()


@pytest.fixture
def judged(project: Project) -> Project:
    """Of 40 jokes in the test set 10 are taken for news; news are all taken for news."""
    for number in range(40):
        joke = (DRY if number < 10 else FUNNY).format(number)
        make_example(project, joke, split="test", source="real", gold="joke")
        make_example(project, f"Report {number}.", split="test", source="real", gold="news")
    return project


def wish(**more: Any) -> dict[str, Any]:
    options = {"words": [2, 12], "n_texts": 4}
    checks = {"near": 0, "near_apart": 0}
    asked = {"provider": "openai", "method": "failure", "model": "tiny", "count": 4, "parallel": 1}
    return {**asked, "options": options, "checks": checks, **more}


SCRIPT = [
    texts("A funny cat.", "A dry cat.", "A funny dog.", "A dry dog."),  # jokes: two are wrong
    texts("A vote.", "A funny vote.", "A law.", "A funny law."),  # news: two are wrong
    texts("nothing"),
]


def run_job(project: Project, server: ScriptedServer, **more: Any) -> dict[str, Any]:
    return generate_job(project, wish(base_url=server.base_url, **more), silent)


def test_regions_are_counts_over_the_test_set(judged: Project) -> None:
    attach(judged, "training:7", split="test")

    counted = counted_regions(judged, "training:7")
    regions = {label: tuple(one.sentence for one in found) for label, found in counted.items()}

    assert regions["joke"][0] == '10 of 40 real "joke" texts are taken for "news" (25 %).'
    assert regions["joke"][1].endswith(
        "10 of the 10 it gets wrong, against 0 of the 30 it gets right."
    )
    assert regions["news"] == (
        'None of 40 real "news" texts is taken for another label.',
        "It is about equally sure of all 40: mean entropy 0.88 bits.",
    )


def test_a_run_that_has_said_nothing_gets_a_sentence(judged: Project) -> None:
    with pytest.raises(NothingToDo, match="training:8 has said nothing about the test texts"):
        counted_regions(judged, "training:8")


def test_only_what_the_classifier_gets_wrong_is_kept(judged: Project) -> None:
    with serving(SCRIPT) as server:
        result = run_job(judged, server)

    assert (result["accepted"], result["calls"]) == (4, 2)
    assert result["rejected"] == {"classifier_right": 4}
    kept = Draft.objects.filter(reason="").values_list("call__label__name", "text")
    assert sorted(kept) == [
        ("joke", "A dry cat."),
        ("joke", "A dry dog."),
        ("news", "A funny law."),
        ("news", "A funny vote."),
    ]
    assert classifiers.opened == ["training:7"]


def test_room_that_the_gate_makes_goes_to_the_next_texts_of_the_answer(judged: Project) -> None:
    answer = texts("A funny cat.", "A dry cat.", "A dry dog.", "A funny dog.")
    with serving([answer, texts("A funny vote."), texts("no")]) as server:
        run_job(judged, server, count=2)

    jokes = Draft.objects.filter(call__label__name="joke").order_by("position")
    assert list(jokes.values_list("reason", flat=True)) == [
        "classifier_right", "", "surplus", "classifier_right",
    ]  # fmt: skip


def test_the_prompts_hold_the_regions_and_no_word_of_the_test_set(judged: Project) -> None:
    with serving(SCRIPT) as server:
        run_job(judged, server)

    prompt = " ".join(message["content"] for message in Call.objects.earliest("pk").sent())
    assert '1. 10 of 40 real "joke" texts are taken for "news" (25 %).' in prompt
    assert not any(word in prompt.casefold() for word in ("funny", "dry", "without", "report"))


def test_the_run_remembers_whose_mistakes_it_followed(judged: Project) -> None:
    with serving(SCRIPT) as server:
        result = run_job(judged, server, run_key="training:5", right_from=0.8)

    params = GenerationRun.objects.get().params
    assert (params["run_key"], params["regions_from"]) == ("training:5", "test")
    assert (params["right_from"], params["predictions_key"]) == (0.8, "training:5")
    assert params["region_rows"] == {
        "joke": [40] * len(params["regions"]["joke"]),
        "news": [40] * 2,
    }
    assert result["warnings"][0] == OPTIMISTIC


def test_right_from_says_how_sure_the_classifier_must_be() -> None:
    def predict(found: Any) -> list[dict[str, float]]:
        return [{"joke": 0.6, "news": 0.4}, {"joke": 0.5, "news": 0.5}, {"joke": 0.4, "news": 0.6}]

    assert wrong_gate(predict)(["a", "b", "c"], "joke") == [*["classifier_right"] * 2, ""]
    assert wrong_gate(predict, right_from=0.7)(["a", "b", "c"], "joke") == ["", "", ""]
    assert wrong_gate(predict, right_from=0.3)(["a", "b", "c"], "joke")[2] == ""


def test_real_training_texts_are_preferred_where_there_are_a_hundred(judged: Project) -> None:
    for number in range(100, 200):  # other texts than those of the test set
        make_example(judged, DRY.format(number), split="train", source="real", gold="joke")
    asked, _, _ = read_wish(judged, wish())

    steered = steer(judged, asked, wish={})
    said = steer(judged, read_wish(judged, wish(regions_from="test"))[0], wish={})

    assert steered.steering is not None
    assert said.steering is not None
    assert steered.steering.regions_from == "train"
    assert steered.steering.warnings == (THROWN_AWAY,)
    assert (
        steered.regions["joke"][0] == '100 of 100 real "joke" texts are taken for "news" (100 %).'
    )
    assert said.steering.warnings == (OPTIMISTIC, THROWN_AWAY)


def test_a_wish_that_was_broken_off_goes_on_with_its_classifier(
    judged: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(SCRIPT[:1]) as server:
        with pytest.raises(Exception, match="script is over"):
            run_job(judged, server)
        monkeypatch.setattr(classifiers, "KEY", "training:8")  # a newer one has been trained
        server.replies.extend(SCRIPT[1:])
        result = run_job(judged, server)

    assert (result["run"], result["status"], result["accepted"]) == (1, "successful", 4)
    assert classifiers.opened == ["training:7", "training:7"]


def test_other_methods_ask_no_classifier(judged: Project) -> None:
    replies = [texts("A funny cat."), texts("A vote.")]
    with serving(replies) as server:
        result = run_job(judged, server, method="zero_shot", count=2)

    assert (result["accepted"], classifiers.opened) == (2, [])
    assert OPTIMISTIC not in result["warnings"]
    assert not {"run_key", "regions", "regions_from"} & GenerationRun.objects.get().params.keys()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"method": "zero_shot", "run_key": "training:7"}, "zero_shot reads no classifier"),
        ({"regions_from": "pool"}, "choose train or test"),
        ({"right_from": 1.5}, "above 0, at most 1"),
        ({"right_from": "often"}, "above 0, at most 1"),
        ({"run_key": 7}, "like training:12"),
    ],
)
def test_bad_steering_gets_a_sentence(
    project: Project, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_wish(project, wish(**more))


def command(*arguments: str) -> str:
    out = io.StringIO()
    asked = ["--provider", "openai", "--model", "tiny", "--method", "failure", "--count", "4"]
    near = ["--near", "0", "--near-apart", "0", "--words", "2-12", "--parallel", "1"]
    call_command("generate", "jokes", *asked, *near, *arguments, stdout=out)
    return out.getvalue()


def test_a_dry_run_shows_the_regions_and_the_warning(judged: Project) -> None:
    said = command("--base-url", "http://127.0.0.1:1/v1", "--dry-run", "--run-key", "training:3")

    assert '10 of 40 real "joke" texts are taken for "news" (25 %).' in said
    assert f"Note: {OPTIMISTIC}" in said
    assert f"Note: {THROWN_AWAY}" in said
    assert not GenerationRun.objects.exists()


def test_the_command_says_what_was_not_kept_and_the_warning(judged: Project) -> None:
    with serving(SCRIPT) as server:
        said = command("--base-url", server.base_url, "--per-call", "4")

    assert "4 of 4 examples accepted" in said
    assert "4  the classifier has it right already (classifier_right)" in said
    assert f"Note: {OPTIMISTIC}" in said


def test_a_run_that_is_not_there_is_one_sentence(judged: Project) -> None:
    with pytest.raises(CommandError, match="no run 'nobody:1'"):
        command("--base-url", "http://127.0.0.1:1/v1", "--run-key", "nobody:1")


def test_the_steering_is_plain_json(judged: Project) -> None:
    asked, _, _ = read_wish(judged, wish())
    steered = steer(judged, asked, wish={})

    assert steered.steering is not None
    params = steered.steering.as_params()
    assert json.loads(json.dumps(params)) == params
