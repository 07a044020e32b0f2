"""From the name of a ready-made study to a plan whose projects are there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from curation.errors import BadInput
from curation.progress import Progress, silent
from training.services.ready.crowds import set_up_crowds
from training.services.ready.setting_up import SetUp
from training.services.ready.tasks import set_up_tasks
from training.studies.plan import StudyPlan
from training.studies.ready.files import ReadyStudy, ready_plan, ready_study

Setting = Callable[[ReadyStudy, Path, Path | None, Progress], list[SetUp]]

SETTINGS: dict[str, Setting] = {  # study → what sets its projects up
    "paper-one": set_up_tasks,
    "paper-two": set_up_tasks,
    "filtering": set_up_crowds,
}


def prepare(
    name: str,
    *,
    data: Path,
    recordings: Path | None = None,
    quick: bool = False,
    progress: Progress = silent,
) -> StudyPlan:
    """Set up the projects of a ready-made study, and give its plan.

    Each project is set up from its own folder; what is stored already is left alone, so it may be
    killed anywhere and called again.

    Args:
        name: a key of `training.studies.ready.READY`.
        data: a folder of tasks or of crowd sets, or one that holds `tasks` and `crowd`.
        recordings: recorded answers of a language model; a folder `recordings` beside the data
            when None. Not needed by studies without synthetic text.
        quick: a linear head on frozen embeddings and two seeds only.

    Raises:
        BadPlan: there is no such study.
        BadInput, BadRows: a folder or a file is missing or cannot be read, or a project of that
            name holds something else. The project at hand is not changed.
    """
    study = ready_study(name)
    if not data.is_dir():
        raise BadInput(f"There is no folder {str(data)!r} of data; name it with --data FOLDER.")
    found = SETTINGS[name](study, data, recordings, progress)
    notes = "\n".join(f"- {one.sentence()}" for one in found)
    return ready_plan(name, of=[one.name for one in found if one.there], quick=quick, notes=notes)
