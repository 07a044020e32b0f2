from __future__ import annotations

import pytest

from curation.errors import BadInput
from generation.prompting import METHODS
from generation.prompting.base import Brief, GenerationOptions, LabelBrief, parse_words
from generation.prompting.conversation import NO_ANSWER, Turn, conversation
from generation.prompting.few_shot import draw_shots

JOKE = LabelBrief(name="joke", title="Joke", definition="It is meant to be funny.")
NEWS = LabelBrief(name="news", title="News report", definition="It reports what happened.")
BRIEF = Brief(
    context="Imagine that you write for a newspaper.",
    style="headlines",
    words=(6, 14),
    n_texts=10,
    labels=(JOKE, NEWS),
)


def test_zero_shot_opens_with_context_style_label_definition_and_length() -> None:
    system, user = METHODS["zero_shot"].messages(BRIEF, JOKE, turn=0, shots=())

    assert system == {"role": "system", "content": "Imagine that you write for a newspaper."}
    for part in ["10 different headlines", '"Joke"', "meant to be funny", "6 to 14 words", "JSON"]:
        assert part in user["content"]


def test_zero_shot_goes_on_asking_for_something_more_diverse() -> None:
    (message,) = METHODS["zero_shot"].messages(BRIEF, JOKE, turn=1, shots=())

    assert message["role"] == "user"
    assert "more diverse compared to the previously generated data" in message["content"]


def test_few_shot_shows_its_examples_and_forbids_rewriting_them() -> None:
    shots = ["Why did the\nchicken cross?", "Knock, knock."]

    _, user = METHODS["few_shot"].messages(BRIEF, JOKE, turn=0, shots=shots)

    assert "- Why did the chicken cross?\n- Knock, knock." in user["content"]
    assert "do not simply modify or rewrite" in user["content"]


@pytest.mark.parametrize("name", METHODS)
def test_every_method_ends_with_a_user_message_and_names_its_version(name: str) -> None:
    method = METHODS[name]

    assert method.messages(BRIEF, NEWS, turn=0, shots=["One."])[-1]["role"] == "user"
    assert method.version.startswith(f"{name}-")


def test_a_label_without_a_definition_is_named_alone() -> None:
    bare = LabelBrief(name="joke", title="Joke")

    user = METHODS["zero_shot"].messages(BRIEF, bare, turn=0, shots=())[-1]

    assert '"Joke"\n' in user["content"]


def test_shots_depend_on_the_seed_and_on_nothing_else() -> None:
    pool = [f"text {number}" for number in range(100)]

    assert draw_shots(pool, k=5, seed=1) == draw_shots(pool, k=5, seed=1)
    assert draw_shots(pool, k=5, seed=1) != draw_shots(pool, k=5, seed=2)


def test_an_empty_answer_stays_in_the_conversation_as_an_empty_list() -> None:
    ask = METHODS["zero_shot"].messages(BRIEF, JOKE, turn=0, shots=())
    more = METHODS["zero_shot"].messages(BRIEF, JOKE, turn=1, shots=())

    sent = conversation([Turn(added=ask, answer=" ")], added=more)

    assert [message["role"] for message in sent] == ["system", "user", "assistant", "user"]
    assert sent[2]["content"] == NO_ANSWER


@pytest.mark.parametrize("given", ["8", "8-", "-28", "eight-28", "1.5-3"])
def test_a_word_range_that_is_none_gets_a_sentence(given: str) -> None:
    with pytest.raises(BadInput, match="8-28"):
        parse_words(given)


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": (9, 8)},
        {"words": (0, 8)},
        {"n_texts": 0},
        {"turns": 0},
        {"shots": 0},
        {"temperature": 2.1},
        {"max_tokens": -1},
    ],
)
def test_options_out_of_range_get_a_sentence(wrong: dict[str, int]) -> None:
    with pytest.raises(BadInput):
        GenerationOptions(**wrong)  # type: ignore[arg-type]
