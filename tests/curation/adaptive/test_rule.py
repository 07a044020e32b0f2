from __future__ import annotations

import pytest

from curation.adaptive import OverlapRule, OverlapRuleError


@pytest.mark.parametrize(
    ("gamma", "most", "needed"),
    [(0.8, 5, 4), (0.6, 5, 3), (2 / 3, 3, 2), (0.7, 10, 7), (1.0, 7, 7), (0.01, 20, 1)],
)
def test_an_example_is_kept_from_so_many_votes_on(gamma: float, most: int, needed: int) -> None:
    assert OverlapRule(gamma=gamma, first=1, most=most).needed == needed


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"gamma": 0.0}, "The threshold is 0"),
        ({"gamma": 1.2}, "at most 1"),
        ({"gamma": float("nan")}, "The threshold is nan"),
        ({"confidence": 0.5}, "above 0.5 and below 1"),
        ({"confidence": 1.0}, "The confidence is 1"),
        ({"first": 0}, "from 0 to 5 votes"),
        ({"first": 6}, "from 6 to 5 votes"),
        ({"most": 1_001}, "at most 1,000"),
    ],
)
def test_a_bad_rule_is_refused_in_one_sentence(bad: dict[str, float], words: str) -> None:
    good = {"gamma": 0.8, "first": 2, "most": 5, "confidence": 0.98}

    with pytest.raises(OverlapRuleError, match=words) as refused:
        OverlapRule(**{**good, **bad})  # type: ignore[arg-type]

    assert str(refused.value).count(". ") == 0
    assert str(refused.value).endswith(".")
