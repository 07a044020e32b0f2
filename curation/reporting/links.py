"""What a link into a round carries beside its token: who comes by it."""

from __future__ import annotations

from urllib.parse import urlencode

USUAL_PARAMETER = "worker"  # of the address, where a round names none
PLACEHOLDERS = {"PROLIFIC_PID": "{{%PROLIFIC_PID%}}"}  # what the platform fills in by itself


def worker_query(parameter: str) -> str:
    """The query that says who comes, with a place for each person's id.

    >>> worker_query("PROLIFIC_PID"), worker_query("")
    ('?PROLIFIC_PID={{%PROLIFIC_PID%}}', '?worker=ID')
    """
    parameter = parameter or USUAL_PARAMETER
    filled = PLACEHOLDERS.get(parameter)
    return f"?{parameter}={filled}" if filled else f"?{urlencode({parameter: 'ID'})}"


def worker_advice(parameter: str) -> str:
    """One sentence on who puts the ids in.

    >>> worker_advice("PROLIFIC_PID")
    'Prolific puts each person’s id into it.'
    """
    parameter = parameter or USUAL_PARAMETER
    if parameter in PLACEHOLDERS:
        return "Prolific puts each person’s id into it."
    return f"Put each person’s id in the place of ID, or let the platform add {parameter}."
