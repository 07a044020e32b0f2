"""distilabel in an environment of its own: it brings another pandas and numpy than ours.

python -m benchmarks.peers.install [FOLDER]     prints the environment's Python
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import venv
from pathlib import Path

# requests: distilabel imports it and does not ask for it
REQUIREMENTS = ("distilabel[openai]==1.5.3", "requests")
FOLDER = Path(__file__).resolve().parents[2] / "var" / "distilabel-venv"


def distilabel_python(folder: Path = FOLDER) -> Path:
    """The environment's Python, after installing what is not there yet (a minute, 0.7 GB)."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True, symlinks=True)
    probe = [str(python), "-c", "import distilabel.models.llms, openai"]
    if subprocess.run(probe, check=False, capture_output=True).returncode:
        install = [str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS]
        subprocess.run(install, check=True, stdout=sys.stderr)
    return python


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    print(distilabel_python(parser.parse_args().folder))


if __name__ == "__main__":
    main()
