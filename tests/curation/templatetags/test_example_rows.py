"""Rows of examples as HTML."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from curation.reporting import CastVote, LabelStyle, vote_strip
from curation.services.examples_table import ExampleRow
from curation.templatetags.example_rows import example_rows
from curation.templatetags.strips import drawn

JOKE = LabelStyle(name="joke", title="Joke", position=0)
NEWS = LabelStyle(name="news", title="<b>News", position=1)
ROW = ExampleRow(
    pk=7,
    external_id="e 7",
    text="A wet <dog>",
    length=11,
    source="synthetic",
    split="pool",
    method="",
    prompt="",
    run=None,
    intended=None,
    label=None,
    predicted=None,
    agreement=None,
    votes=0,
    skips=0,
    counts=(0, 0),
    aside=False,
    created_at=datetime(2026, 1, 2, tzinfo=UTC),
    strip=vote_strip([], [JOKE, NEWS]),
)


def html(may_work: bool = False, **other: object) -> str:
    row = replace(ROW, **other)  # type: ignore[arg-type]
    return example_rows([row], slug="jokes", may_work=may_work)


def test_a_row_without_votes_is_its_text_and_name() -> None:
    assert html() == (
        '<li class="example"><div class="said"><p class="words">A wet &lt;dog&gt;</p>'
        '<p class="name"><a href="/projects/jokes/examples/e%207/">e 7</a>'
        "<span>synthetic</span></p></div>"
        f'<div class="margin">{drawn(ROW.strip)}\n</div></li>\n'
    )


def test_votes_are_told_with_their_agreement_and_label() -> None:
    strip = vote_strip([CastVote(label=0, annotator="ann")], [JOKE])
    told = html(strip=strip, votes=8, agreement=0.125, label=JOKE, intended=NEWS)

    assert '<span class="agree agree-0"></span>aᵢ = 0.13 (8 votes)</span>' in told
    assert '<span class="swatch label-0"></span>Joke<span class="soft"> · not &lt;b&gt;News' in told


def test_a_tie_what_was_meant_and_a_classifier_are_said() -> None:
    assert '<span class="given">a tie</span>' in html(votes=2, agreement=0.5)
    assert "(1 vote)" in html(votes=1, agreement=1.0, label=JOKE)
    assert "<span>meant to be &lt;b&gt;News</span>" in html(intended=NEWS)
    assert "<span>classifier: " in html(predicted=NEWS)
    assert "classifier" not in html(predicted=JOKE, label=JOKE, votes=1, agreement=1.0)


def test_where_a_text_is_from_stands_beside_its_name() -> None:
    told = html(split="train", method="topic", run=3, length=900, aside=True)

    assert "<span>synthetic, train, topic, run 3</span>" in told
    assert "&lt;dog&gt;…</p>" in told
    assert 'class="example is-aside"' in told
    assert '<span class="tag warn">set aside</span>' in told


def test_a_row_is_ticked_by_those_who_may_work() -> None:
    assert '<input type="checkbox" name="key" value="7">' in html(may_work=True)
    assert "checkbox" not in html()
