from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from training.executors.claim import Claim, is_claimed
from training.fitting.processes import ROOT


def test_a_claim_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    first, second = Claim(tmp_path / "claim"), Claim(tmp_path / "claim")

    assert first.take()
    assert not second.take()
    assert is_claimed(tmp_path / "claim")

    first.release()
    assert second.take()
    second.release()
    assert not is_claimed(tmp_path / "claim")


def test_shared_claims_are_held_side_by_side(tmp_path: Path) -> None:
    one, other = (Claim(tmp_path / "claim", shared=True) for _ in range(2))

    assert one.take()
    assert other.take()
    one.release()
    assert is_claimed(tmp_path / "claim")
    other.release()


def test_nobody_holds_what_is_not_there(tmp_path: Path) -> None:
    assert not is_claimed(tmp_path / "nowhere" / "claim")
    assert not (tmp_path / "nowhere").exists()


def test_a_claim_dies_with_its_holder(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from training.executors.claim import Claim;"
        "print(Claim(pathlib.Path(sys.argv[1])).take(), flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "claim")],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == "True\n"

    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()

    assert not is_claimed(tmp_path / "claim")
