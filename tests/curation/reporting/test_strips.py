"""The vote strip."""

from __future__ import annotations

from curation.reporting import CastVote, LabelStyle, vote_strip
from curation.reporting.strips import SHOWN

JOKE = LabelStyle(name="joke", title="Joke", position=0)
NEWS = LabelStyle(name="news", title="News", position=1)


def test_votes_due_come_last_and_are_said() -> None:
    strip = vote_strip([CastVote(label=1, annotator="ann")], [JOKE, NEWS], due=2)

    assert [square.kind for square in strip.squares] == ["vote", "due", "due"]
    assert strip.sentence == "1 News, 2 still due"


def test_a_tie_is_ordered_by_label_and_never_by_who_came_first() -> None:
    votes = [CastVote(label=1, annotator="ann"), CastVote(label=0, annotator="bob")]

    assert vote_strip(votes, [JOKE, NEWS]) == vote_strip(votes[::-1], [JOKE, NEWS])


def test_many_votes_are_counted_beyond_what_is_drawn() -> None:
    votes = [CastVote(label=0, annotator=f"a{n:03}") for n in range(SHOWN + 7)]

    strip = vote_strip(votes, [JOKE, NEWS])

    assert len(strip.squares) == SHOWN
    assert strip.more == 7


def test_nothing_cast_is_said_so() -> None:
    assert vote_strip([], [JOKE, NEWS]).sentence == "no votes yet"


def test_the_ninth_label_takes_the_first_colour_again() -> None:
    assert LabelStyle(name="n", title="N", position=8).css == JOKE.css
