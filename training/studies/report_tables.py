"""Every table of a study's report. To add one: write it, then name it here."""

from __future__ import annotations

from training.studies.report_shape import StudyReport
from training.studies.tables import Table
from training.studies.tables_curves import amounts_table, gamma_table, slice_tables
from training.studies.tables_pairs import gaps_table, overall_table, pairs_table
from training.studies.tables_scores import (
    compact_tables,
    labels_table,
    scores_table,
    unfinished_table,
)


def report_tables(report: StudyReport) -> list[Table]:
    """All that have a row, in the order in which a reader wants them."""
    made = [
        *compact_tables(report),
        scores_table(report),
        pairs_table(report),
        overall_table(report),
        gaps_table(report),
        gamma_table(report),
        amounts_table(report),
        *slice_tables(report),
        labels_table(report),
        unfinished_table(report),
    ]
    return [table for table in made if table.rows]
