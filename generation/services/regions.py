"""Where a trained classifier fails, label by label, read from the hub's predictions."""

from __future__ import annotations

from curation.errors import NothingToDo
from curation.models import Project
from curation.services.predictions import predictions_of
from curation.services.training_rows import test_rows, training_rows
from generation.regions.features import features_for
from generation.regions.findings import JudgedRow, Region, regions_of
from generation.regions.steering import TEST


def counted_regions(
    project: Project, run_key: str, *, split: str = TEST, language: str = ""
) -> dict[str, list[Region]]:
    """Label → sentences on where the run `run_key` fails, each with the number of rows behind it,
    e.g. '12 of 80 real "Ironic" texts are taken for "As written" (15 %).'

    Made from counts over the real texts of `split`; no word of a text is ever in a sentence. The
    same predictions give the same sentences.

    Args:
        run_key: whose predictions are read; see `curation.services.predictions`.
        split: "test", or "train" for real training texts.
        language: of the texts, two letters; word lists are used for English and for "".

    Raises:
        NothingToDo: that run has said nothing about these texts.
    """
    rows = _judged(project, run_key, split=split)
    if not rows:
        raise NothingToDo(
            f"{run_key} has said nothing about the {split} texts of project {project.slug!r}; "
            f"train with: manage.py train {project.slug} --source synthetic --save-model"
        )
    titles = dict(project.labels.order_by("position").values_list("name", "title"))
    features = features_for([row.text for row in rows], language=language)
    return {label: regions_of(label, rows, titles, features) for label in titles}


def _judged(project: Project, run_key: str, *, split: str) -> list[JudgedRow]:
    real = test_rows(project) if split == TEST else training_rows(project, "real", seed=0)
    gold = {row.id: row.label for row in real}
    return [
        JudgedRow(
            text=said.text,
            gold=gold[said.example],
            predicted=said.predicted,
            entropy=said.entropy,
        )
        for said in predictions_of(project, run_key)
        if said.example in gold
    ]
