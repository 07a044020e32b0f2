"""A drawing that is killed leaves the map that was there, and the next one is whole."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.curation.commands.installations import ROOT, environment, manage, told

DRAWN_ONCE_THEN_KILLED = """
import os, pathlib, signal, django
django.setup()
from curation.mapping import store
from curation.services.corpus_map import draw_map
from tests.curation.mapping.mapped import give_vectors, make_map
from tests.factories import make_example, make_project

home = pathlib.Path(os.environ["CONCORD_HOME"])
project = make_project("jokes", labels=("joke", "news"))
make_map(project, home, each=6)
give_vectors(home, {"a late text": 0})
make_example(project, "a late text")

def half_written(file, **arrays):
    file.write(b"half of a map")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)

store.np.savez = half_written
draw_map(project)
"""


def test_a_drawing_killed_while_it_is_written_loses_nothing(tmp_path: Path) -> None:
    assert manage(tmp_path, "migrate").returncode == 0

    killed = subprocess.run(
        [sys.executable, "-c", DRAWN_ONCE_THEN_KILLED],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    left = list((tmp_path / "maps").glob("*.npz"))
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    assert [path.name for path in left] == ["jokes.npz"]
    facts = told(tmp_path, "map", "jokes")
    assert (facts["texts"], facts["shown"], facts["new"]) == (13, 13, 0)
