"""The settings, and one more kind of job: long enough for a fault to meet it half-way."""

from curation.settings import *  # noqa: F403
from curation.settings import CONCORD_JOBS as ALL

CONCORD_JOBS = {**ALL, "count": "tests.curation.commands.counting.count"}
