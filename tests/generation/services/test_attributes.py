"""Lists that methods draw from: set by a person, written by a model, paid for either way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from curation.errors import BadInput
from curation.models import Project
from generation.errors import NothingGenerated, ProviderProblem, RunTakenOver
from generation.models import Attribute, Call, GenerationRun
from generation.scheduling.transport import Transport
from generation.services import attributes
from generation.services.attributes import (
    MOST_VALUES,
    remove_attribute,
    set_values,
    write_values,
)
from generation.services.one_call import OneCall
from tests.generation.scripted_server import Reply, ScriptedServer, refused, said, serving

LIST = said(json.dumps({"values": ["Trains", "Night markets", " trains "]}))


def written(project: Project, *replies: Reply, name: str = "topic") -> Attribute:
    with serving(replies) as server:
        return write_values(
            project, name=name, n_values=3, provider="openai", model="tiny",
            base_url=server.base_url,
        )  # fmt: skip


def test_a_list_is_kept_as_it_was_given_but_for_blanks_and_repetitions(project: Project) -> None:
    attribute = set_values(project, " topic ", ["Trains ", "", "Night   markets", "Trains"])

    assert (attribute.name, attribute.values) == ("topic", ["Trains", "Night markets"])
    assert attribute.written_by == ""
    assert set_values(project, "topic", ["Rain"]).pk == attribute.pk
    assert Attribute.objects.get().values == ["Rain"]


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [
        ("topic", ["", "  "], "The list of 'topic' is empty"),
        ("", ["a"], "needs a name"),
        ("x" * 41, ["a"], "at most 40 characters"),
        ("topic", ["v" * 201], "A value of 'topic' has 201 characters"),
        ("topic", [str(n) for n in range(MOST_VALUES + 1)], "1000 are the most"),
    ],
)
def test_a_list_that_cannot_be_drawn_from_gets_a_sentence(
    project: Project, name: str, values: list[str], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        set_values(project, name, values)

    assert not Attribute.objects.exists()


def test_a_list_can_be_removed_once(project: Project) -> None:
    set_values(project, "topic", ["Rain"])

    remove_attribute(project, "topic")

    with pytest.raises(BadInput, match="no list of 'topic'"):
        remove_attribute(project, "topic")


def test_a_model_writes_a_list_in_a_run_of_its_own(project: Project) -> None:
    attribute = written(project, LIST)

    run = GenerationRun.objects.get()
    assert (attribute.values, attribute.written_by) == (["Trains", "Night markets"], "tiny@1")
    assert attribute.call == Call.objects.get()
    assert (run.status, run.method, run.target) == ("successful", "attribute_values", 0)
    assert (run.prompt_tokens, run.completion_tokens) == (10, 20)
    assert Call.objects.get().answer


def test_a_model_that_writes_no_list_is_kept_and_paid_for(project: Project) -> None:
    set_values(project, "topic", ["Rain"])

    with pytest.raises(NothingGenerated, match="holds no list of 'topic'"):
        written(project, said('{"values": []}'))

    run = GenerationRun.objects.get()
    assert (run.status, run.prompt_tokens, run.completion_tokens) == ("failed", 10, 20)
    assert Call.objects.get().status == Call.Status.ANSWERED
    assert Attribute.objects.get().values == ["Rain"]


def test_a_refused_key_is_said_and_kept_with_the_run(project: Project) -> None:
    with pytest.raises(ProviderProblem, match="refused the key"):
        written(project, refused(401))

    run, call = GenerationRun.objects.get(), Call.objects.get()
    assert (run.status, call.status) == ("failed", "refused")
    assert "refused the key" in run.error
    assert "refused the key" in call.problem


def test_a_call_that_broke_off_is_asked_again(project: Project) -> None:
    assert written(project, refused(500), LIST).values == ["Trains", "Night markets"]

    assert Call.objects.get().attempts == 2


def test_each_writing_is_a_run_of_its_own(project: Project) -> None:
    written(project, LIST)
    written(project, LIST)

    assert list(GenerationRun.objects.values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"n_values": 0}, "0 values cannot be written"),
        ({"provider": "recorded", "recordings": None}, "recordings"),
        ({"name": " "}, "needs a name"),
        ({"model": ""}, "Name the model"),
    ],
)
def test_a_wish_for_a_list_that_is_wrong_gets_a_sentence(
    project: Project, wrong: dict[str, object], sentence: str
) -> None:
    wish: dict[str, object] = {
        "name": "topic", "n_values": 3, "provider": "openai", "model": "tiny",
        "base_url": "http://127.0.0.1:9/v1",
    }  # fmt: skip
    wrong.pop("recordings", None)

    with pytest.raises(BadInput, match=sentence):
        write_values(project, **(wish | wrong))  # type: ignore[arg-type]

    assert not GenerationRun.objects.exists()


class Killed(BaseException):
    """Ends a writing as SIGKILL does: nothing of ours gets to put anything right."""


def kill_at(
    monkeypatch: pytest.MonkeyPatch, whose: object, name: str, end: type[BaseException] = Killed
) -> None:
    """The next call of a function ends the process, so to speak; those after it do not."""
    usual = getattr(whose, name)

    def die(*given: Any, **more: Any) -> None:
        monkeypatch.setattr(whose, name, usual)
        raise end

    monkeypatch.setattr(whose, name, die)


def write_at(project: Project, server: ScriptedServer, **more: Any) -> Attribute:
    wish: dict[str, Any] = {"name": "topic", "n_values": 3, "provider": "openai", "model": "tiny"}
    return write_values(project, base_url=server.base_url, **wish | more)


def test_a_call_that_was_under_way_when_its_process_was_killed_counts_as_spent(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    settings.CONCORD_HOME = tmp_path
    with serving([LIST, LIST]) as server:
        (tmp_path / "prices.yaml").write_text(f"servers: {{{server.base_url!r}: {{tiny: [1, 4]}}}}")
        kill_at(monkeypatch, OneCall, "settle")
        with pytest.raises(Killed):
            write_at(project, server)
        assert (GenerationRun.objects.get().status, Call.objects.get().status) == (
            "running",
            "sent",
        )

        attribute = write_at(project, server)

    run = GenerationRun.objects.get()
    lost, answered = run.calls.order_by("pk")
    assert (run.status, attribute.call) == ("successful", answered)
    assert (lost.status, answered.status) == ("lost", "answered")
    assert lost.spent == lost.doubtful == lost.reserved > 0
    assert answered.spent == 10 * 1_000 + 20 * 4_000
    assert (run.spent, run.doubtful) == (lost.spent + answered.spent, lost.spent)
    assert (run.prompt_tokens, run.completion_tokens) == (10, 20)


def test_an_answer_that_came_before_the_process_was_killed_is_not_asked_for_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving([LIST]) as server:
        kill_at(monkeypatch, attributes, "_kept")
        with pytest.raises(Killed):
            write_at(project, server)
        assert not Attribute.objects.exists()

        assert write_at(project, server).values == ["Trains", "Night markets"]

    assert (GenerationRun.objects.get().status, Call.objects.count()) == ("successful", 1)


def test_an_answer_that_came_after_the_writing_was_stopped_is_not_asked_for_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving([LIST]) as server:
        kill_at(monkeypatch, Transport, "collect", KeyboardInterrupt)
        with pytest.raises(KeyboardInterrupt):
            write_at(project, server)
        run, call = GenerationRun.objects.get(), Call.objects.get()
        assert (run.status, call.status) == ("cancelled", "answered")

        assert write_at(project, server).values == ["Trains", "Night markets"]

    assert (GenerationRun.objects.get().status, Call.objects.count()) == ("successful", 1)


def test_the_same_wish_again_has_a_seed_of_its_own_unless_it_takes_a_writing_up(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving([LIST] * 4) as server:
        write_at(project, server)
        write_at(project, server)
        kill_at(monkeypatch, OneCall, "settle")
        with pytest.raises(Killed):
            write_at(project, server)
        write_at(project, server)

    first, second, third, again = (request["seed"] for request in server.requests)
    assert len({first, second, third}) == 3
    assert again == third


def test_a_call_that_was_left_under_way_beside_an_answered_one_is_written_off(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving([LIST] * 3) as server:
        kill_at(monkeypatch, OneCall, "settle")
        with pytest.raises(Killed):
            write_at(project, server)
        write_at(project, server)
        Call.objects.filter(pk=Call.objects.earliest("pk").pk).update(status="sent")

        write_at(project, server)
        write_at(project, server)

    statuses = Call.objects.order_by("pk").values_list("run__number", "status")
    assert list(statuses) == [(1, "lost"), (1, "answered"), (2, "answered")]


def test_another_wish_does_not_take_up_the_one_that_was_killed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving([LIST, LIST]) as server:
        kill_at(monkeypatch, OneCall, "settle")
        with pytest.raises(Killed):
            write_at(project, server)
        write_at(project, server, name="style")

    statuses = GenerationRun.objects.order_by("number").values_list("status", flat=True)
    assert list(statuses) == ["running", "successful"]


def test_a_writing_that_another_process_has_taken_up_stops(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = OneCall.claim

    def lose(call: OneCall, n: int) -> Any:
        GenerationRun.objects.update(claim="another")
        return claim(call, n)

    monkeypatch.setattr(OneCall, "claim", lose)
    with serving([LIST]) as server:
        with pytest.raises(RunTakenOver):
            write_at(project, server)
        assert not server.requests

    assert GenerationRun.objects.get().status == "running"
    assert not Call.objects.exists()
    assert not Attribute.objects.exists()


@pytest.mark.usefixtures("nul_is_refused")
def test_no_list_has_a_name_with_a_nul(project: Project) -> None:
    with pytest.raises(BadInput, match="no list of"):
        remove_attribute(project, "topic\0")
