from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from curation.errors import BadInput
from generation.errors import CallRefused, NoAnswer
from generation.providers.base import Completion
from generation.providers.transformers_local import load_model
from tests.generation.providers.asking import request, user
from tests.generation.providers.local_model import (
    SECONDS,
    answers,
    jokes,
    outcomes,
    provider_of,
    watched,
)
from tests.generation.tiny_language_model import (
    CONTEXT,
    END,
    END_MARK,
    make_tiny_model,
    save_tokenizer,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


def test_each_request_gets_the_answer_it_gets_alone(folder: Path) -> None:
    requests = jokes(8)
    watch, load = watched(folder)

    together = answers(folder, *requests, load=load)

    assert together == [answers(folder, one)[0] for one in requests]
    assert len({answer.text for answer in together}) == 8
    assert watch.first == [8]


def test_the_same_request_gets_the_same_answer_and_another_seed_another(folder: Path) -> None:
    first, again, other = answers(folder, *jokes(1), *jokes(1), *jokes(1, seed=99))

    assert first == again
    assert first.text != other.text


def test_an_answer_says_who_gave_it_and_counts_no_padding(folder: Path) -> None:
    short, long = answers(
        folder, *jokes(1, messages=user("Hi")), *jokes(1, messages=user("Hi" * 40))
    )
    provider = provider_of(folder)

    assert (short.prompt_tokens, long.prompt_tokens) == (5, 83)
    assert (short.completion_tokens, short.finish_reason) == (16, "length")
    assert short.model == f"tiny@{provider.identity}"
    assert (provider.model, provider.base_url, provider.replays) == (str(folder), "", False)


def test_at_temperature_zero_it_writes_what_the_library_writes(folder: Path) -> None:
    loaded = load_model(folder)

    came = answers(folder, *jokes(4, temperature=0.0))

    for one, answer in zip(jokes(4), came, strict=True):
        prompt = loaded.tokenizer.apply_chat_template(
            list(one.messages), add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        ids = loaded.model.generate(**prompt, do_sample=False, max_new_tokens=16)[0]
        written = ids[prompt["input_ids"].shape[1] :]
        assert answer.text == loaded.tokenizer.decode(written, skip_special_tokens=True)


def test_hot_and_cold_requests_go_together(folder: Path) -> None:
    hot, cold = jokes(1)[0], jokes(1, temperature=0.0)[0]

    together = answers(folder, hot, cold)

    assert together == [answers(folder, hot)[0], answers(folder, cold)[0]]
    assert together[0].text != together[1].text


def test_tokens_come_as_often_as_they_are_probable(folder: Path) -> None:
    import torch

    loaded = load_model(folder)
    prompt = loaded.tokenizer.apply_chat_template(
        list(user("Hi")), add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    with torch.inference_mode():
        probs = torch.softmax(loaded.model(**prompt).logits[0, -1].double() / 0.5, dim=-1)
    likely = int(probs.argmax())
    expected, text = float(probs[likely]), loaded.tokenizer.decode([likely])
    n = 2_000
    requests = [
        request(messages=user("Hi"), temperature=0.5, max_tokens=1, seed=seed) for seed in range(n)
    ]

    found = sum(one.text == text for one in answers(folder, *requests, batch_size=500)) / n

    assert 0.05 < expected < 0.95
    assert abs(found - expected) < 4 * (expected * (1 - expected) / n) ** 0.5


def test_batches_are_as_large_as_asked_for(folder: Path) -> None:
    watch, load = watched(folder)

    answers(folder, *jokes(8), load=load, batch_size=3)

    assert watch.first == [3, 3, 2]


def test_each_request_keeps_its_own_limit_and_leaves_the_batch_there(folder: Path) -> None:
    limits = (12, 9, 6)
    requests = [jokes(1, max_tokens=limit)[0] for limit in limits]
    watch, load = watched(folder)

    came = answers(folder, *requests, load=load)

    assert [answer.completion_tokens for answer in came] == list(limits)
    assert watch.steps == [3] * 6 + [2] * 3 + [1] * 3
    assert came[0].text.startswith(came[2].text.rstrip("\ufffd"))


def test_rows_that_cannot_leave_stay_and_change_nothing(tmp_path: Path) -> None:
    stiff = make_tiny_model(tmp_path / "stiff", recurrent=True)
    requests = [jokes(1, max_tokens=limit, seed=limit)[0] for limit in (12, 9, 6)]
    watch, load = watched(stiff)

    together = answers(stiff, *requests, load=load)

    assert watch.steps == [3] * 12
    assert together == [answers(stiff, one)[0] for one in requests]


def test_an_answer_ends_at_any_of_the_marks_the_model_names(folder: Path, tmp_path: Path) -> None:
    one = jokes(1, temperature=0.0)[0]
    tokenizer = load_model(folder).tokenizer
    text = answers(folder, one)[0].text
    mark = next(letter for letter in text if letter.isascii() and letter.isprintable())
    ends = [END_MARK, tokenizer(mark)["input_ids"][0]]
    other = make_tiny_model(tmp_path / "other", ends=ends)

    came = answers(other, one)[0]

    assert came.finish_reason == "stop"
    assert came.text == text[: text.index(mark) + 1]
    assert END not in came.text


def test_a_prompt_that_is_too_long_is_refused_and_the_others_are_answered(folder: Path) -> None:
    refused, answered = outcomes(folder, *jokes(1, messages=user("x" * CONTEXT)), *jokes(1))

    assert isinstance(refused, CallRefused)
    assert refused.reason == "context_too_long"
    assert str(refused) == f"The prompt has {CONTEXT + 3} tokens; the model takes {CONTEXT}."
    assert isinstance(answered, Completion)


def test_an_answer_is_cut_off_where_the_context_ends(folder: Path) -> None:
    came = answers(folder, *jokes(1, messages=user("x" * (CONTEXT - 13)), max_tokens=50))[0]

    assert (came.prompt_tokens, came.completion_tokens) == (CONTEXT - 10, 10)
    assert came.finish_reason == "length"


def test_too_little_memory_makes_smaller_batches_of_the_same_answers(folder: Path) -> None:
    watch, load = watched(folder, room=2)

    came = answers(folder, *jokes(7), load=load)

    assert came == answers(folder, *jokes(7))
    assert max(watch.first) <= 2


def test_too_little_memory_for_one_is_no_answer(folder: Path) -> None:
    _, load = watched(folder, room=0)

    (problem,) = outcomes(folder, *jokes(1), load=load)

    assert isinstance(problem, NoAnswer)
    assert problem.overload
    assert not problem.billed


def test_closing_breaks_off_what_is_being_written_and_ends_the_thread(folder: Path) -> None:
    watch, load = watched(folder)

    async def close_early() -> BaseException | None:
        provider = provider_of(folder, load=load)
        asked = asyncio.ensure_future(provider.complete(jokes(1, max_tokens=200)[0]))
        await asyncio.to_thread(watch.running.wait, SECONDS)
        await provider.close()
        await asyncio.wait([asked])
        return asked.exception()

    assert isinstance(asyncio.run(close_early()), NoAnswer)
    assert "batches" not in {thread.name for thread in threading.enumerate()}


def test_a_call_that_is_given_up_leaves_the_batch(folder: Path) -> None:
    watch, load = watched(folder)
    watch.may_run.clear()

    async def give_up() -> Completion:
        provider = provider_of(folder, load=load)
        short, long = (
            asyncio.ensure_future(provider.complete(one))
            for limit in (30, 50)
            for one in jokes(1, temperature=0.0, max_tokens=limit)
        )
        await asyncio.to_thread(watch.running.wait, SECONDS)
        long.cancel()
        await asyncio.sleep(0)
        watch.may_run.set()
        came = await short
        await provider.close()
        return came

    assert asyncio.run(give_up()).completion_tokens == 30
    assert watch.steps[1:] == [1] * 29


def test_weights_that_lack_a_part_get_a_sentence(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    partial = make_tiny_model(tmp_path / "tiny")
    weights = load_file(partial / "model.safetensors")
    del weights["model.norm.weight"]
    save_file(weights, partial / "model.safetensors", metadata={"format": "pt"})

    with pytest.raises(BadInput, match=r"lack 1 weights, such as model\.norm\.weight"):
        answers(partial, *jokes(1))


def test_a_model_that_keeps_nothing_in_mind_gets_a_sentence(tmp_path: Path) -> None:
    from transformers import MambaConfig, MambaForCausalLM

    save_tokenizer(tmp_path, template=None)
    config = MambaConfig(vocab_size=300, hidden_size=8, state_size=4, num_hidden_layers=1)
    MambaForCausalLM(config).save_pretrained(tmp_path)

    with pytest.raises(BadInput, match="MambaForCausalLM keeps no cache"):
        answers(tmp_path, *jokes(1))


def test_files_that_are_no_model_get_a_sentence(tmp_path: Path) -> None:
    broken = make_tiny_model(tmp_path / "tiny")
    (broken / "model.safetensors").write_bytes(b"1234")

    for problem in outcomes(broken, *jokes(2)):
        assert isinstance(problem, BadInput)
        assert str(problem).startswith("The model 'tiny' cannot be loaded: ")


def test_a_model_that_is_not_here_gets_a_sentence_before_anything_is_loaded() -> None:
    with pytest.raises(BadInput, match="CONCORD_ALLOW_DOWNLOADS=1"):
        provider_of("nobody/no-such-model")


@pytest.mark.parametrize("size", [0, -1, "8", True, 2.0])
def test_a_batch_size_that_is_none_gets_a_sentence(folder: Path, size: object) -> None:
    with pytest.raises(BadInput, match="whole number from 1"):
        provider_of(folder, batch_size=size)
