"""`python -m training.fitting RUN_DIR`: exit 0 finished, 1 with a sentence on stderr."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from training.fitting.errors import BadConfig, FitError
from training.fitting.lifeline import end_with_parent
from training.fitting.run import run
from training.fitting.run_folder import RunFolder


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.fitting", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="RUN_DIR")
    parser.add_argument(
        "--die-with-parent", action="store_true", help="leave when standard input is closed"
    )
    options = parser.parse_args(arguments)
    if options.die_with_parent:
        end_with_parent()
    try:
        if not options.folder.is_dir():
            raise BadConfig(f"There is no folder {options.folder}.")
        run(RunFolder(options.folder))
    except FitError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"The run folder cannot be read or written: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
