"""What a demonstration is made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from curation.datasets import Policy
from curation.errors import BadInput

# Optimisation steps per run: few short synthetic texts are learnt in 64; with fewer than 240,
# classifiers of unbalanced real votes (multipico_en) ended at the majority label.
BUNDLED_STEPS, DATA_STEPS, VOTES_STEPS = 64, 96, 240
MIN_VOTES = 3  # fewer say too little about agreement
BUNDLED = Path(settings.BASE_DIR) / "demo"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One demonstration. Paths are checked; nothing has been written yet."""

    slug: str
    task_file: Path  # labels with definitions
    train: Path | None  # real training texts
    test: Path | None  # the fixed test set; None: set aside from the votes' texts
    test_name: str
    stand_in: bool  # the test set is no real data
    recordings: Path | None  # recorded language-model answers; None: nothing is generated
    votes: Path | None  # real votes instead of a simulated crowd
    texts: Path | None  # the texts of those votes
    count: int  # texts to generate
    overlap: int
    crowd_size: int
    seeds: int
    seed: int
    classifier: str  # transformer, or tfidf for seconds-fast runs
    steps: int  # optimisation steps per run, the same for every source
    policies: tuple[Policy, Policy]  # global, within label

    def ingredients(self) -> dict[str, Any]:
        """What a project is made from once and for all; policies and training may change."""
        return {
            "question": str(self.task_file.resolve()),
            "votes": str(self.votes.resolve()) if self.votes else None,
            "count": None if self.votes else self.count,
            "seed": self.seed,
            "overlap": self.overlap,
            "crowd_size": self.crowd_size,
        }

    @property
    def home(self) -> Path:
        """Where the summary, the report and the exports go."""
        return Path(settings.CONCORD_HOME) / "demo"


def make_plan(
    *,
    data: Path | None,
    votes: Path | None,
    slug: str | None,
    count: int,
    seeds: int,
    seed: int,
    threshold: float,
    keep_share: float,
    classifier: str,
    steps: int | None,
) -> Plan:
    """Which files a demonstration uses.

    Args:
        data: a folder with task.json, train.jsonl and test.jsonl of real texts.
        votes: a folder with source.json, annotations.csv and texts.jsonl of real votes.

    Raises:
        BadInput: both are given, or a file is missing.
    """
    if data and votes:
        raise BadInput("Give either --data (real texts) or --votes (real votes), not both.")
    task_file, train, test, texts, answers = _files(data, votes)
    folder = votes or data or BUNDLED
    recordings = None if votes else BUNDLED / "recordings"
    _check_present(task_file, train, test, texts, answers, recordings)
    return Plan(
        slug=slug or ("tweet-irony-demo" if folder == BUNDLED else _slug(folder)),
        task_file=task_file,
        train=train,
        test=test,
        test_name=_test_name(data, votes),
        stand_in=folder == BUNDLED,
        recordings=recordings,
        votes=answers,
        texts=texts,
        count=count,
        overlap=5,
        crowd_size=8,
        seeds=seeds,
        seed=seed,
        classifier=classifier,
        steps=steps or _steps(data, votes),
        policies=(
            Policy(threshold=threshold, min_votes=MIN_VOTES),
            Policy(keep_share=keep_share, min_votes=MIN_VOTES),
        ),
    )


def _files(
    data: Path | None, votes: Path | None
) -> tuple[Path, Path | None, Path | None, Path | None, Path | None]:
    """Question, training texts, test texts, texts of votes, votes."""
    if votes:
        return votes / "source.json", None, None, votes / "texts.jsonl", votes / "annotations.csv"
    if data:
        return data / "task.json", data / "train.jsonl", data / "test.jsonl", None, None
    return BUNDLED / "task.json", None, BUNDLED / "test_stand_in.jsonl", None, None


def _check_present(*paths: Path | None) -> None:
    for path in paths:
        if path is not None and not path.exists():
            raise BadInput(f"There is no {str(path)!r}, which the demonstration needs.")


def _slug(folder: Path) -> str:
    return folder.resolve().name.lower().replace(" ", "-")[:60]


def _steps(data: Path | None, votes: Path | None) -> int:
    if votes:
        return VOTES_STEPS
    return DATA_STEPS if data else BUNDLED_STEPS


def _test_name(data: Path | None, votes: Path | None) -> str:
    if votes:
        return "texts set aside by seed, label by the majority of their own votes"
    if data:
        return f"real test set of {data.resolve().name}"
    return "few-shot answers of a language model, a stand-in for real data"
