"""docs/faults.md names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_every_test_that_the_page_on_faults_names_exists() -> None:
    named = re.findall(r"`(\S+/test_\w+\.py)`", (ROOT / "docs" / "faults.md").read_text())

    assert len(named) > 20
    assert [path for path in named if not (ROOT / "tests" / path).exists()] == []
