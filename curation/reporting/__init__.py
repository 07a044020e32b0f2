"""Numbers → what a page draws: chart geometry, vote strips and words for numbers.

Horizontal places are percentages of the drawing's width and vertical ones are pixels, so one
chart fits a telephone and a wall without its letters growing or shrinking.
"""

from curation.reporting.histogram import Histogram, agreement_histogram
from curation.reporting.intervals import IntervalChart, ScoredSource, interval_chart
from curation.reporting.mirrored import LabelOutcome, MirroredBars, mirrored_bars
from curation.reporting.palette import LabelStyle, label_styles
from curation.reporting.stacked import Segment, stacked_bar
from curation.reporting.strips import CastVote, Square, VoteStrip, vote_strip

__all__ = [
    "CastVote",
    "Histogram",
    "IntervalChart",
    "LabelOutcome",
    "LabelStyle",
    "MirroredBars",
    "ScoredSource",
    "Segment",
    "Square",
    "VoteStrip",
    "agreement_histogram",
    "interval_chart",
    "label_styles",
    "mirrored_bars",
    "stacked_bar",
    "vote_strip",
]
