"""The words of the card about how votes came about and what was dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from curation.datasets import CardFacts, dataset_card
from curation.datasets.card import Origin, collection_sentences, dropped_words
from curation.exporters.methods import methods_text

FACTS = CardFacts(
    project="irony",
    title="Irony",
    question="",
    number=1,
    policy="the most agreed 70% of each label, 1 vote or more, labels by majority",
    fingerprint="ab12",
    created="2026-11-26",
    label_meanings={},
    labels={"irony": 1200, "non_irony": 2000},
    dropped={"below_share": 1370},
    annotations=13710,
    annotators=12,
    alpha=0.5,
    mean_agreement=0.9,
    sources={"real": 3200},
    simulated=False,
    fronts=("votes",),
)


def test_nothing_is_claimed_of_how_imported_votes_were_collected() -> None:
    said = methods_text(FACTS, tool="Concord 1")

    assert "each other's answers" not in said
    assert "how they were collected is not recorded here" in said
    assert "4,570 imported texts were considered." in said


@pytest.mark.parametrize(
    ("fronts", "said"),
    [
        (["page"], "Annotators saw one text at a time and not each other's answers."),
        (["page", "votes"], "On the built-in page annotators saw one text at a time"),
        (["label_studio"], "does not keep whoever logs in from opening the answers of others"),
        ([], ""),
    ],
)
def test_each_front_is_told_for_what_it_is(fronts: list[str], said: str) -> None:
    assert said in " ".join(collection_sentences(fronts))


def test_the_study_about_generating_is_cited_only_where_texts_were_generated() -> None:
    imported = methods_text(FACTS, tool="Concord 1")
    made = Origin(model="tiny", method="zero_shot", texts=10, calls=2)
    generated = methods_text(replace(FACTS, origins=[made]), tool="Concord 1")

    assert "2310.07849" in imported
    assert "2407.12813" not in imported
    assert "generat" not in imported.split("```")[0]
    assert "2310.07849" in generated
    assert "2407.12813" in generated


def test_posterior_agreement_is_explained_where_the_policy_uses_it() -> None:
    policy = "posterior agreement of at least 0.7 with 90% certainty"

    said = methods_text(replace(FACTS, policy=policy), tool="Concord 1")

    assert "Posterior agreement is the share of the most frequent label" in said
    assert "endlessly many" not in methods_text(FACTS, tool="Concord 1")


def test_a_share_says_what_decides_among_texts_of_equal_agreement() -> None:
    assert "a hash of their id" in methods_text(FACTS, tool="Concord 1")
    assert "hash of" not in methods_text(
        replace(FACTS, dropped={"below_threshold": 9}), tool="Concord 1"
    )


def test_a_card_without_a_question_has_no_gap_and_names_what_was_dropped() -> None:
    card = dataset_card(FACTS)

    assert "\n\n\n" not in card
    assert f"Dropped: {dropped_words(FACTS.dropped)}." in card
    assert "13,710 votes" in card
