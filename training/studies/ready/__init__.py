"""Studies that come ready-made: one YAML file each, and what their data folders hold.

To add one: write `training/studies/ready/<name>.yaml`, a study as `training.studies.plan` reads
it, name it in `READY`, and say in `training.services.ready` how its projects are set up.
"""

from training.studies.ready.files import READY, SUBJECTIVITY, ReadyStudy, ready_plan

__all__ = ["READY", "SUBJECTIVITY", "ReadyStudy", "ready_plan"]
