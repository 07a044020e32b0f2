"""What can be done about training. Every write to training's table happens in here.

`requests` (what is asked for) → `pool` (fits under way) → `recording` → `scores` (what came of it);
`sources` does all of it for one project, `studies` for a matrix.
What others ask of finished runs: `attaching` (their predictions), `predicting` (new texts).
"""

from training.services.scores import ScoreTable, SourceScores, kept_scores, project_scores
from training.services.sources import train_source, train_sources

__all__ = [
    "ScoreTable",
    "SourceScores",
    "kept_scores",
    "project_scores",
    "train_source",
    "train_sources",
]
