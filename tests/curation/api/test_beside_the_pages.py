"""What the pages do, programs can do, and it takes the same right."""

from __future__ import annotations

from curation.services.access import Right
from tests import permission_rows
from tests.curation.api.beside import ALONE, ELSEWHERE, GUIDED, PROJECT, Endpoint
from tests.curation.api.rows import ROWS

BELOW, P = "projects/{slug}/", "/projects/{slug}"
BESIDE: dict[Endpoint, list[Endpoint]] = {
    **{
        (method, BELOW + route): [(verb, P + path) for verb, path in endpoints]
        for (method, route), endpoints in PROJECT.items()
    },
    **ELSEWHERE,
}
RIGHTS = {
    permission_rows.SEE: Right.SEE,
    permission_rows.WORK: Right.WORK,
    permission_rows.MANAGE: Right.MANAGE,
    permission_rows.AUDIT: Right.AUDIT,
    permission_rows.MEMBER: Right.LEAVE,
    permission_rows.ANSWERS: Right.ANNOTATE,
    permission_rows.UNDO: Right.ANNOTATE,
    permission_rows.COMPARING: Right.ANNOTATE,
}


def pages() -> dict[Endpoint, permission_rows.Answers]:
    rows = [row for row in permission_rows.ROWS if not row.route.startswith(GUIDED)]
    return {(row.method, row.route): row.answers for row in rows}


def test_every_page_has_its_endpoint_or_a_reason_for_none() -> None:
    told = BESIDE.keys() | ALONE.keys()

    assert pages().keys() - told == set(), "say in tests/curation/api/beside.py what does the same"
    assert told - pages().keys() == set(), "there are no such pages"
    assert BESIDE.keys() & ALONE.keys() == set()


def test_the_endpoints_are_there() -> None:
    named = {endpoint for endpoints in BESIDE.values() for endpoint in endpoints}

    assert named - ROWS.keys() == set()


def test_an_endpoint_takes_the_right_that_its_page_takes() -> None:
    wrong = {
        (page, endpoint): (ROWS[endpoint][0], RIGHTS[answers])
        for page, answers in pages().items()
        for endpoint in BESIDE.get(page, [])
        if answers in RIGHTS and ROWS[endpoint][0] != RIGHTS[answers]
    }

    assert wrong == {}, "(what the endpoint takes, what the page takes)"
