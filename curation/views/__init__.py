"""Pages, by what they are about. Each view parses, calls a service and answers."""

from curation.views.examples import (
    example_page,
    examples_act,
    examples_count,
    examples_file,
    examples_page,
)
from curation.views.exports import version_download
from curation.views.freezing import version_freeze, version_freezing, version_freezing_job
from curation.views.hooks import label_studio_hook
from curation.views.jobs import job_again, job_cancel, job_list, job_start
from curation.views.lineage import (
    version_diff,
    version_lineage,
    version_prov_file,
    version_row,
)
from curation.views.pipeline import project_now
from curation.views.probes import healthz, metrics, readyz
from curation.views.project_list import project_list
from curation.views.projects import project_page
from curation.views.reports import report_file, report_page
from curation.views.rounds import round_list, round_new, round_page
from curation.views.tokens import token_list, token_revoke
from curation.views.versions import version_list, version_page

__all__ = [
    "example_page",
    "examples_act",
    "examples_count",
    "examples_file",
    "examples_page",
    "healthz",
    "job_again",
    "job_cancel",
    "job_list",
    "job_start",
    "label_studio_hook",
    "metrics",
    "project_list",
    "project_now",
    "project_page",
    "readyz",
    "report_file",
    "report_page",
    "round_list",
    "round_new",
    "round_page",
    "token_list",
    "token_revoke",
    "version_diff",
    "version_download",
    "version_freeze",
    "version_freezing",
    "version_freezing_job",
    "version_lineage",
    "version_list",
    "version_page",
    "version_prov_file",
    "version_row",
]
