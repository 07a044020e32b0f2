"""Files → rows, read line by line; a row that cannot be taken comes out as a `BadRow`."""

from curation.importers.examples import ExampleRow, check_examples, read_examples
from curation.importers.task_file import LabelLine, TaskFile, read_task_file
from curation.importers.vote_row import VoteRow
from curation.importers.votes import read_votes

__all__ = [
    "ExampleRow",
    "LabelLine",
    "TaskFile",
    "VoteRow",
    "check_examples",
    "read_examples",
    "read_task_file",
    "read_votes",
]
