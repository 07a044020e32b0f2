"""The first steps of a project in the browser: one question a page, each at an address of its own.

Generation has the two that ask a language model.
"""

from curation.views.start.people import start_people
from curation.views.start.question import start_new, start_next, start_question
from curation.views.start.texts import start_file, start_texts

__all__ = [
    "start_file",
    "start_new",
    "start_next",
    "start_people",
    "start_question",
    "start_texts",
]
