from __future__ import annotations

from typing import Any

import pytest

from curation.errors import BadInput
from generation.prompting import METHODS
from generation.prompting.base import (
    Brief,
    GenerationOptions,
    LabelBrief,
    Material,
    parse_words,
)
from generation.prompting.conversation import NO_ANSWER, Turn, conversation
from generation.prompting.few_shot import draw_shots
from generation.prompting.wording import missing_definitions
from generation.providers.base import Message

JOKE = LabelBrief(name="joke", title="Joke", definition="It is meant to be funny.")
NEWS = LabelBrief(name="news", title="News report", definition="It reports what happened.")
BRIEF = Brief(
    context="Imagine that you write for a newspaper.",
    style="headlines",
    words=(6, 14),
    n_texts=10,
    labels=(JOKE, NEWS),
)
NOTHING = Material()
MATERIAL = Material(
    shots=("Why did the\nchicken cross?", "Knock, knock."),
    cell={"topic": "trains", "mood": "weary"},
    regions=("Puns on the names of towns.", "Jokes without a question."),
)
WRITTEN = [name for name in METHODS if name != "template"]  # by a language model


def prompt(name: str, *, brief: Brief = BRIEF, material: Material = MATERIAL) -> str:
    messages = METHODS[name].messages(brief, JOKE, turn=0, material=material)
    return "\n\n".join(message["content"] for message in messages)


def test_zero_shot_opens_with_context_style_label_definition_and_length() -> None:
    system, user = METHODS["zero_shot"].messages(BRIEF, JOKE, turn=0, material=NOTHING)

    assert system == {"role": "system", "content": "Imagine that you write for a newspaper."}
    for part in ["10 different headlines", '"Joke"', "meant to be funny", "6 to 14 words", "JSON"]:
        assert part in user["content"]


def test_zero_shot_goes_on_asking_for_something_more_diverse() -> None:
    (message,) = METHODS["zero_shot"].messages(BRIEF, JOKE, turn=1, material=NOTHING)

    assert message["role"] == "user"
    assert "more diverse compared to the previously generated data" in message["content"]


def test_few_shot_shows_its_examples_and_forbids_rewriting_them() -> None:
    asked = prompt("few_shot")

    assert "- Why did the chicken cross?\n- Knock, knock." in asked
    assert "do not simply modify or rewrite" in asked


@pytest.mark.parametrize("name", METHODS)
def test_every_method_ends_with_a_user_message_and_names_its_version(name: str) -> None:
    method = METHODS[name]

    assert method.messages(BRIEF, NEWS, turn=0, material=MATERIAL)[-1]["role"] == "user"
    assert method.version.startswith(f"{name}-")
    assert method.needs <= {"shots", "cell", "regions"}


@pytest.mark.parametrize("name", WRITTEN)
def test_every_prompt_says_label_meaning_neighbours_context_style_and_length(name: str) -> None:
    asked = prompt(name)

    for part in [
        "Imagine that you write for a newspaper.",
        '"Joke"',
        "It is meant to be funny.",
        '"News report": It reports what happened.',
        "headlines",
        "6 to 14 words",
        "JSON",
    ]:
        assert part in asked
    assert "{" not in asked.replace('{"examples": ["first text", "second text"]}', "")


@pytest.mark.parametrize("name", METHODS)
def test_the_same_material_gives_the_same_prompt(name: str) -> None:
    assert prompt(name) == prompt(name)


@pytest.mark.parametrize("name", [name for name in WRITTEN if name != "paraphrase"])
def test_every_prompt_asks_for_as_many_texts_as_the_brief_says(name: str) -> None:
    assert "10 strings in one list" in prompt(name)


@pytest.mark.parametrize(
    ("name", "n_shots"), [("few_shot", 4), ("one_shot", 1), ("paraphrase", 7), ("zero_shot", 0)]
)
def test_a_method_says_how_many_real_texts_a_call_shows(name: str, n_shots: int) -> None:
    assert METHODS[name].n_shots(GenerationOptions(shots=4, n_texts=7)) == n_shots


@pytest.mark.parametrize("name", METHODS)
def test_a_method_that_shows_real_texts_needs_them(name: str) -> None:
    method = METHODS[name]

    assert bool(method.n_shots(GenerationOptions())) == ("shots" in method.needs)
    assert ("Knock, knock." in prompt(name)) <= ("shots" in method.needs)


def test_only_zero_shot_goes_on_in_one_conversation() -> None:
    assert [name for name, method in METHODS.items() if method.converses] == ["zero_shot"]


def test_one_shot_shows_one_example_and_stays_near_it() -> None:
    asked = prompt("one_shot")

    assert "1. Why did the\n   chicken cross?" in asked
    assert "Knock, knock." not in asked
    assert "do not simply modify or rewrite" in asked


@pytest.mark.parametrize("name", ["topic", "attributes"])
def test_a_cell_is_said_value_by_value_and_does_not_decide_the_label(name: str) -> None:
    asked = prompt(name)

    assert "- topic (what they are about): trains\n- mood: weary" in asked
    assert "The label must hold as well." in asked


def test_without_a_cell_nothing_is_said_about_one() -> None:
    assert "in common" not in prompt("attributes", material=NOTHING)


def test_paraphrase_asks_for_one_rewrite_of_each_text_it_shows() -> None:
    asked = prompt("paraphrase")

    assert "1. Why did the\n   chicken cross?\n2. Knock, knock." in asked
    assert "2 strings in one list" in asked
    for part in ["in the same order", "keep what it means", "its label", "names"]:
        assert part in asked


def test_failure_describes_regions_and_shows_no_text() -> None:
    asked = prompt("failure")

    assert "1. Puns on the names of towns.\n2. Jokes without a question." in asked
    assert "A careful reader would label each of them" in asked


@pytest.mark.parametrize(
    ("degree", "said"),
    [(0.5, "five of ten"), (0.6, "six of ten"), (0.9, "nine of ten"), (0.95, "95 of a hundred")],
)
def test_borderline_states_how_many_readers_would_give_the_label(degree: float, said: str) -> None:
    poem = LabelBrief(name="poem", title="Poem")
    brief = Brief(
        context="",
        style="texts",
        words=(6, 14),
        n_texts=10,
        labels=(JOKE, NEWS, poem),
        degree=degree,
    )

    asked = prompt("borderline", brief=brief)

    assert f"about {said} careful readers" in asked
    assert 'would say "Joke", the others "News report" or "Poem".' in asked


def test_template_says_what_its_patterns_are_filled_for() -> None:
    (message,) = METHODS["template"].messages(BRIEF, JOKE, turn=0, material=NOTHING)

    assert message["content"] == "10 texts from the patterns of label 'joke'."


FORM = (
    "Each text has 6 to 14 words, is complete by itself and does not name its label. Answer with "
    'JSON only, 10 strings in one list:\n{"examples": ["first text", "second text"]}'
)
LABEL = (
    '"Joke": It is meant to be funny.\nIt must be told apart from:\n'
    '- "News report": It reports what happened.'
)


@pytest.mark.parametrize(
    ("name", "turn", "paragraphs"),
    [
        ("zero_shot", 0, ['Write 10 different headlines whose label is "Joke".', LABEL, FORM]),
        (
            "zero_shot",
            1,
            [
                "Now 10 more: something more diverse compared to the previously generated data, "
                "in topic, wording, tone and length. Repeat none of it.",
                f'The label is still "Joke". {FORM}',
            ],
        ),
        (
            "few_shot",
            0,
            [
                'These are real headlines whose label is "Joke":',
                "- Why did the chicken cross?\n- Knock, knock.",
                'Write 10 different headlines whose label is "Joke" too. Imitate the examples, '
                "but do not simply modify or rewrite them.",
                LABEL,
                FORM,
            ],
        ),
    ],
)
def test_the_first_prompts_keep_their_wording_on_which_fingerprints_rest(
    name: str, turn: int, paragraphs: list[str]
) -> None:
    *before, user = METHODS[name].messages(BRIEF, JOKE, turn=turn, material=MATERIAL)
    system: list[Message] = [{"role": "system", "content": BRIEF.context}]

    assert METHODS[name].version == f"{name}-1"
    assert before == ([] if turn else system)
    assert user == {"role": "user", "content": "\n\n".join(paragraphs)}


def test_labels_without_a_definition_are_named() -> None:
    bare = LabelBrief(name="news", title="News", definition=" ")

    assert missing_definitions([JOKE, bare]) == ["news"]


def test_a_label_without_a_definition_is_named_alone() -> None:
    bare = LabelBrief(name="joke", title="Joke")

    user = METHODS["zero_shot"].messages(BRIEF, bare, turn=0, material=NOTHING)[-1]

    assert '"Joke"\n' in user["content"]


def test_shots_depend_on_the_seed_and_on_nothing_else() -> None:
    pool = [f"text {number}" for number in range(100)]

    assert draw_shots(pool, k=5, seed=1) == draw_shots(pool, k=5, seed=1)
    assert draw_shots(pool, k=5, seed=1) != draw_shots(pool, k=5, seed=2)


def test_an_empty_answer_stays_in_the_conversation_as_an_empty_list() -> None:
    ask = METHODS["zero_shot"].messages(BRIEF, JOKE, turn=0, material=NOTHING)
    more = METHODS["zero_shot"].messages(BRIEF, JOKE, turn=1, material=NOTHING)

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
        {"seed_share": -0.1},
        {"seed_share": 1.1},
        {"seed_share": float("nan")},
        {"degree": 0.49},
        {"degree": 0.96},
        {"degree": float("nan")},
        {"attributes": ()},
        {"attributes": ("topic", " ")},
        {"attributes": ("topic", "topic")},
    ],
)
def test_options_out_of_range_get_a_sentence(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        GenerationOptions(**wrong)
