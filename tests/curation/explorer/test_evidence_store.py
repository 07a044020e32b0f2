"""Evidence comes back from its folder as it was laid out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from curation.datasets.policy import Policy
from curation.explorer.evidence_answers import answer
from curation.explorer.evidence_store import NAMES, NoEvidence, read_evidence, write_evidence
from tests.curation.explorer.crowds import make_crowd

EVIDENCE = make_crowd(3, topics=0).evidence


def test_what_is_read_answers_as_what_was_written(tmp_path: Path) -> None:
    write_evidence(EVIDENCE, tmp_path / "one", notes={"votes": 3})

    kept = read_evidence(tmp_path / "one")
    back = kept.evidence

    policy = Policy(keep_share=0.7, measure="posterior", balance="equal")
    first, second = answer(EVIDENCE, policy), answer(back, policy)
    assert second.kept.tolist() == first.kept.tolist()
    assert second.voters == first.voters
    assert kept.notes == {"votes": 3}
    assert back.label_names == EVIDENCE.label_names
    assert np.array_equal(back.rows.key, EVIDENCE.rows.key)


def test_of_two_that_write_the_first_ones_stays(tmp_path: Path) -> None:
    write_evidence(EVIDENCE, tmp_path / "one", notes={"votes": 3})

    write_evidence(make_crowd(4, n=5).evidence, tmp_path / "one", notes={})

    assert read_evidence(tmp_path / "one").evidence.examples == EVIDENCE.examples
    assert not list(tmp_path.glob(".*"))


def test_a_folder_that_is_damaged_or_not_there_is_no_evidence(tmp_path: Path) -> None:
    with pytest.raises(NoEvidence):
        read_evidence(tmp_path / "nowhere")

    write_evidence(EVIDENCE, tmp_path / "one", notes={"votes": 3})
    (tmp_path / "one" / "rows.key.npy").write_bytes(b"torn")
    with pytest.raises(NoEvidence):
        read_evidence(tmp_path / "one")


def test_a_folder_of_another_format_is_no_evidence(tmp_path: Path) -> None:
    write_evidence(EVIDENCE, tmp_path / "one", notes={"votes": 3})
    (tmp_path / "one" / NAMES).write_text('{"format": 0}')

    with pytest.raises(NoEvidence):
        read_evidence(tmp_path / "one")
