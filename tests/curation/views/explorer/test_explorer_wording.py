"""What a policy does, in sentences."""

from __future__ import annotations

from curation.datasets import Policy
from curation.explorer.evidence_ties import Ties
from curation.reporting import LabelStyle
from curation.views.explorer.wording import tie_sentence, way_words

STYLES = [
    LabelStyle(name="not_weather", title="not weather", position=0),
    LabelStyle(name="fine", title="fine", position=1),
]


def test_a_threshold_for_each_label_is_told_by_titles_in_the_projects_order() -> None:
    policy = Policy(label_thresholds=(("fine", 0.6), ("not_weather", 1.0)))

    assert way_words(policy, STYLES) == "agreement of at least 1 for “not weather”, 0.6 for “fine”"


def test_a_line_between_different_agreement_needs_no_sentence() -> None:
    assert tie_sentence(Ties(judged=0, kept=0)) == ""
    assert "among 38 texts" in tie_sentence(Ties(judged=38, kept=19))
