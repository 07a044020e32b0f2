"""The report: a project's story, on a page or in one file, and the numbers its pages print.

`summary` (what there is to tell, as JSON) → `story` (every number in words and charts) → a
template, or `file` (one HTML file). `counts`, `examples`, `policies`, `score_rows` and `versions`
serve the project's other pages too. Nothing here aggregates votes: it reads what was frozen.
"""

from curation.services.report.file import write_report
from curation.services.report.story import Story, report_story
from curation.services.report.summary import measured_summary, report_summary

__all__ = ["Story", "measured_summary", "report_story", "report_summary", "write_report"]
