"""What can be done about training. Every write to training's table happens in here.

`requests` (what is asked for) → `pool` (children that fit) → `scores` (what came of it).
What others ask of finished runs: `attaching` (their predictions), `predicting` (new texts).
"""

from training.services.pool import train_source, train_sources
from training.services.scores import ScoreTable, SourceScores, project_scores

__all__ = ["ScoreTable", "SourceScores", "project_scores", "train_source", "train_sources"]
