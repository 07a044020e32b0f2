"""A vote strip as HTML."""

from __future__ import annotations

from curation.reporting import CastVote, LabelStyle, vote_strip
from curation.templatetags.strips import drawn

JOKE = LabelStyle(name="joke", title="Joke", position=0)
MARKUP = LabelStyle(name="b", title="<b>", position=1)


def test_a_strip_shows_a_square_for_each_answer_and_says_whose() -> None:
    cast = [CastVote(label=0, annotator="ann"), CastVote(label=None, annotator="bob")]

    html = drawn(vote_strip(cast, [JOKE], intended=JOKE))

    assert html == (
        f'<span class="strip intended {JOKE.css}" tabindex="0" role="img" '
        'aria-label="1 Joke, 1 skipped; intended: Joke. Joke: ann; skipped: bob">'
        f'<span class="square vote {JOKE.css}"></span><span class="square skip "></span>'
        '<span class="tip"><span class="row">Joke: ann</span><span class="row">skipped: bob</span>'
        '<span class="row soft">intended: Joke</span></span></span>'
    )


def test_many_answers_end_in_a_number() -> None:
    cast = [CastVote(label=0, annotator="") for _ in range(1_026)]

    assert '<span class="more">+1,002</span>' in drawn(vote_strip(cast, [JOKE]))


def test_names_and_labels_are_no_markup() -> None:
    html = drawn(vote_strip([CastVote(label=1, annotator='"><i>')], [JOKE, MARKUP]))

    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;: &quot;&gt;&lt;i&gt;" in html
