"""What training costs.

    python -m benchmarks.training study --data DATA --work WORK [--blocks 1] [--fraction 0.1]
    python -m benchmarks.training probe --data DATA
    python -m benchmarks.training fits --train train.jsonl --test test.jsonl --rows 300

`study` sets a study of 3 sources × 5 seeds against `transformers.Trainer` used plainly, `probe`
measures the preview's curve, `fits` any config on any rows (the default when options come first).
On a machine with a card, see `python -m benchmarks.training.gpu`. Each says more with --help.
"""

from __future__ import annotations

import sys

from benchmarks.training import fits, probe, study

PARTS = {"study": study.main, "probe": probe.main, "fits": fits.main}


def main() -> None:
    chosen = sys.argv[1] if len(sys.argv) > 1 else ""
    if chosen in PARTS:
        sys.argv = [f"{sys.argv[0]} {chosen}", *sys.argv[2:]]
        PARTS[chosen]()
    elif chosen.startswith("--") and chosen != "--help":
        fits.main()
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
