from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from curation.errors import BadInput
from curation.models import Project
from curation.services.projects import (
    NewLabel,
    check_writing,
    create_project,
    preset_titles,
    read_preset,
)

LABELS = [NewLabel(name="joke"), NewLabel(name="news")]


@pytest.mark.django_db
def test_a_project_remembers_how_its_texts_are_written() -> None:
    writing = {"context": "Imagine.", "style": "tweets", "words": [8, 28]}

    create_project("jokes", labels=LABELS, writing=writing)

    assert Project.objects.get().writing == writing


@pytest.mark.django_db
def test_a_project_may_say_nothing_about_writing() -> None:
    assert create_project("jokes", labels=LABELS).writing == {}


@pytest.mark.parametrize(
    ("writing", "says"),
    [
        ([], "must be an object"),
        ("tweets", "must be an object"),
        ({"tone": "dry"}, "has 'tone', but only context, style, words are known"),
        ({"context": 7}, "context of texts .* must be a text"),
        ({"style": None}, "style of texts .* must be a text"),
        ({"words": "8-28"}, "its fewest and its most"),
        ({"words": [8]}, "its fewest and its most"),
        ({"words": [28, 8]}, "its fewest and its most"),
        ({"words": [0, 8]}, "its fewest and its most"),
        ({"words": [True, 8]}, "its fewest and its most"),
        ({"words": [1.5, 8]}, "its fewest and its most"),
    ],
)
@pytest.mark.django_db
def test_writing_of_another_form_is_refused_and_nothing_is_created(writing: Any, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        create_project("jokes", labels=LABELS, writing=writing)
    assert not Project.objects.exists()


NAMES = [
    "ag_news", "amazon_review", "boolq", "emotion", "financial_phrasebank", "humor", "imdb",
    "nyt_news", "reddit_emotion", "relation", "rte", "sarcasm_headlines", "sms_spam", "sst2",
    "tweet_emotion", "tweet_irony",
]  # fmt: skip


def test_the_tasks_of_both_studies_come_with_the_application() -> None:
    titles = preset_titles()

    assert list(titles) == NAMES
    assert all(titles.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_says_everything_that_annotators_and_prompts_need(name: str) -> None:
    preset = read_preset(name)

    check_writing(preset.writing)
    assert set(preset.writing) == {"context", "style", "words"}
    assert preset.description.endswith("?")
    assert preset.instructions
    assert all(label.title and len(label.description) > 20 for label in preset.labels)
    assert len({label.description for label in preset.labels}) == len(preset.labels)


@pytest.mark.parametrize("name", ["rte", "boolq", "relation"])
def test_where_a_text_has_parts_the_context_says_how_they_are_marked(name: str) -> None:
    marks = {
        "rte": ["Premise:", "Hypothesis:"],
        "boolq": ["Passage:", "Question:"],
        "relation": ["<head>", "<tail>"],
    }

    assert all(mark in read_preset(name).writing["context"] for mark in marks[name])


def test_presets_have_the_labels_of_the_real_data(shared_data: Path) -> None:
    folders = {"emotion": "twitter_emotion"}
    for name in NAMES:
        task = shared_data / "tasks" / folders.get(name, name) / "task.json"
        if task.exists():
            real = [label["name"] for label in json.loads(task.read_text())["labels"]]
            assert [label.name for label in read_preset(name).labels] == real, name


def test_an_unknown_preset_is_answered_with_the_names() -> None:
    with pytest.raises(BadInput, match=r"no preset '\.\./ag_news'; choose one of ag_news, amazon"):
        read_preset("../ag_news")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("title: [", "is not YAML"),
        ("- title", "must be names with values"),
        ("title: x", "list of labels"),
        ("labels: [{title: x}]", "list of labels"),
        ("labels: [{name: no}, {name: b}]", "in quotes"),
        ("labels: [{name: a, colour: red}]", "list of labels"),
        ("labels: [{name: a}]\nwriting: {tone: dry}", "has 'tone'"),
        ("labels: [{name: a}]\nwriting: [dry]", "must be an object"),
    ],
)
def test_a_broken_preset_gets_a_sentence(
    tmp_path: Path, settings: Any, content: str, says: str
) -> None:
    settings.CONCORD_PRESETS = tmp_path
    (tmp_path / "mine.yaml").write_text(content)

    with pytest.raises(BadInput, match=says):
        read_preset("mine")
