"""Who may go where: one row for each address and method. A new address needs one.

Those of the interface for programs are in tests/curation/api/rows.py.

A row says what each of six people is answered, in the order of `PEOPLE`: IN is whatever the page
says once somebody is past the door; a number is the status of a refusal; LOGIN is the way to the
sign-in page. Paths name what `tests/permission_scene.py` makes: "{job}" is its job's key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PEOPLE = ("anonymous", "no role", "annotator", "auditor", "researcher", "owner")
IN, LOGIN = "in", "login"
Answers = tuple[str | int, ...]

ANYBODY: Answers = (IN, IN, IN, IN, IN, IN)
SIGNED_IN: Answers = (LOGIN, IN, IN, IN, IN, IN)
SEE: Answers = (LOGIN, 404, 403, IN, IN, IN)
WORK: Answers = (LOGIN, 404, 403, 403, IN, IN)
MANAGE: Answers = (LOGIN, 404, 403, 403, 403, IN)
MAKING: Answers = (LOGIN, 403, 403, 403, IN, IN)  # a project; no other is named
AUDIT: Answers = (LOGIN, 404, 403, IN, 403, IN)
MEMBER: Answers = (LOGIN, 404, IN, IN, IN, IN)
ROUND: Answers = (401, 404, IN, 403, IN, IN)  # a round's page, for people with an account
ANSWERS: Answers = (401, 401, IN, 401, IN, IN)  # what its script asks for
UNDO: Answers = (401, 401, 404, 401, 404, 404)  # whoever gets in has nothing to take back
COMPARING: Answers = (401, 403, IN, 403, IN, IN)
SECRET: Answers = (403, 403, 403, 403, 403, 403)  # only whoever knows one, whatever their role


@dataclass(frozen=True, kw_only=True)
class Row:
    """One address and method, who gets in, and something to send."""

    method: str
    route: str
    path: str
    answers: Answers
    body: dict[str, Any] = field(default_factory=dict)


def get(route: str, answers: Answers, path: str = "") -> Row:
    return Row(method="GET", route=route, path=path or route, answers=answers)


def post(route: str, answers: Answers, path: str = "", **body: Any) -> Row:
    return Row(method="POST", route=route, path=path or route, answers=answers, body=body)


def below(prefix: str, at: str, rows: list[Row]) -> list[Row]:
    """The same rows below an address: `prefix` as a route, `at` as a path."""
    return [
        Row(
            method=row.method,
            route=prefix + row.route,
            path=at + row.path,
            answers=row.answers,
            body=row.body,
        )
        for row in rows
    ]


PROJECT = [
    get("", SEE),
    get("now/", SEE),
    get("jobs/", SEE),
    post("jobs/start/{kind}/", WORK, "jobs/start/agreement/"),
    post("jobs/{job_id}/cancel/", WORK, "jobs/{job}/cancel/"),
    post("jobs/{job_id}/again/", WORK, "jobs/{failed}/again/"),
    get("examples/", SEE),
    get("examples/{external_id}/", SEE, "examples/joke-0/"),
    get("table/count/", SEE),
    post("table/act/", WORK, do="aside"),
    get("table/file/{form}/", SEE, "table/file/csv/"),
    get("agreement/", SEE),
    post("agreement/measure/", WORK),
    get("agreement/aggregators/", SEE),
    post("agreement/aggregators/compare/", WORK),
    get("explore/", SEE),
    get("explore/numbers/", SEE),
    get("explore/margin/", SEE),
    post("explore/measure/", WORK),
    get("map/", SEE),
    post("map/draw/", WORK),
    get("map/points/", SEE),
    get("map/colours/", SEE),
    get("map/texts/", SEE),
    get("versions/", SEE),
    get("versions/freeze/", WORK),
    post("versions/freeze/", WORK, threshold="0.8"),
    get("versions/freezing/{job_id}/", SEE, "versions/freezing/{freezing}/"),
    get("versions/freezing/{job_id}/job/", SEE, "versions/freezing/{freezing}/job/"),
    get("versions/{number}/", SEE, "versions/1/"),
    get("versions/{number}/lineage/", SEE, "versions/1/lineage/"),
    get("versions/{number}/prov.json", SEE, "versions/1/prov.json"),
    get("versions/{number}/rows/{external_id}/", SEE, "versions/1/rows/joke-0/"),
    get("versions/{before}/diff/{after}/", SEE, "versions/1/diff/2/"),
    get("versions/{number}/{form}/", SEE, "versions/1/card/"),
    get("audit/", AUDIT),
    get("secrets/", MANAGE),
    post("secrets/", MANAGE, kind="llm_key", address="https://api.openai.com", value="sk-a-key"),
    post("secrets/{secret_id}/delete/", MANAGE, "secrets/{secret}/delete/"),
    get("report/", SEE),
    get("report/file/", SEE),
    get("rounds/", SEE),
    get("rounds/new/", WORK),
    post("rounds/new/", WORK),
    get("rounds/{number}/", SEE, "rounds/{round}/"),
    post("rounds/{number}/", WORK, "rounds/{round}/", do="pause"),
    get("annotators/", SEE),
    post("annotators/find/", WORK, id="ann-1"),
    post("annotators/measure/", WORK),
    post("annotators/rule/", MANAGE, rule="warn"),
    get("annotators/by-name/{name}/", SEE, "annotators/by-name/ann-1/"),
    get("annotators/by-name/{name}/do/{verb}/", WORK, "annotators/by-name/ann-1/do/warn/"),
    post("annotators/by-name/{name}/do/{verb}/", WORK, "annotators/by-name/ann-1/do/warn/"),
    get("members/", SEE),
    get("members/leave/", MEMBER),
    post("members/leave/", MEMBER),
    post("members/invite/", MANAGE, role="auditor", days="3"),
    post("members/{member_id}/role/", MANAGE, "members/{member}/role/", role="auditor"),
    get("members/{member_id}/remove/", MANAGE, "members/{member}/remove/"),
    post("members/{member_id}/remove/", MANAGE, "members/{member}/remove/"),
    post(
        "members/invitations/{invitation_id}/withdraw/",
        MANAGE,
        "members/invitations/{invitation}/withdraw/",
    ),
    get("start/", WORK),
    get("start/question/", WORK),
    post("start/question/", MANAGE, title="Jokes"),
    get("start/data/", WORK),
    post("start/data/", WORK, do="without"),
    get("start/data/{key}/", WORK, "start/data/0123456789abcdef-texts.csv/"),
    post("start/data/{key}/", WORK, "start/data/0123456789abcdef-texts.csv/"),
    get("start/texts/", WORK),
    post("start/texts/", WORK),
    get("start/texts/{key}/", WORK, "start/texts/0123456789abcdef-texts.csv/"),
    post("start/texts/{key}/", WORK, "start/texts/0123456789abcdef-texts.csv/"),
    get("start/people/", WORK),
    post("start/people/", MANAGE, front="page", overlap="3"),
    get("start/model/", WORK),
    post("start/model/", MANAGE, do="keep"),
    get("start/first/", WORK),
    post("start/first/", WORK, count="50"),
    get("start/first/now/", WORK),
    post("start/first/judge/", WORK),
    get("generation/", SEE),
    post("generation/", WORK, action="look"),
    get("generation/started/{job_id}/", SEE, "generation/started/{job}/"),
    get("generation/runs/{number}/", SEE, "generation/runs/1/"),
    get("generation/runs/{number}/now/", SEE, "generation/runs/1/now/"),
    get("generation/runs/{number}/drafts/", SEE, "generation/runs/1/drafts/"),
    get("generation/runs/{number}/mismatches/", SEE, "generation/runs/1/mismatches/"),
    post("generation/runs/{number}/{action}/", WORK, "generation/runs/1/pause/"),
    get("generation/calls/{call_id}/", SEE, "generation/calls/{call}/"),
    get("generation/mismatches/", SEE),
    get("generation/attributes/", SEE),
    post("generation/attributes/", WORK, name="topic", values="cats\ndogs"),
    post("generation/attributes/write/", WORK),
    post("generation/attributes/remove/", WORK, name="topic"),
    get("training/", SEE),
    post("training/", WORK, action="look"),
    get("training/jobs/", SEE),
    post("training/jobs/{job_id}/cancel/", WORK, "training/jobs/{training}/cancel/"),
    post("training/jobs/{job_id}/again/", WORK, "training/jobs/{trained}/again/"),
    get("training/runs/{key}/", SEE, "training/runs/{run}/"),
]
STUDIES = [
    get("", SIGNED_IN),
    get("new/", SIGNED_IN),
    post("new/", SIGNED_IN, file="{{}}", action="start"),
    get("{slug}/", SEE, "as-good/"),
    get("{slug}/now/", SEE, "as-good/now/"),
    post("{slug}/start/", WORK, "as-good/start/"),
    post("{slug}/stop/", WORK, "as-good/stop/"),
    post("{slug}/delete/", MANAGE, "as-good/delete/", sure="yes"),
    get("{slug}/files/{name}", SEE, "as-good/files/report.json"),
]
OBJECTIVITY = [
    get("", SIGNED_IN),
    get("{slug}/", SEE, "tasks/"),
    post("{slug}/rank/", WORK, "tasks/rank/"),
    get("{slug}/job/", SEE, "tasks/job/"),
]
ANNOTATE = [
    get("", SIGNED_IN),
    get("join/{token}/", ANYBODY, "join/{entry}/?worker=w-1"),
    get("{key}/", ROUND, "{page}/"),
    post("{key}/", ANSWERS, "{page}/", do="agree"),
    get("{key}/mine/", ANYBODY, "{page}/mine/"),
    get("{key}/next/", ANSWERS, "{page}/next/"),
    post("{key}/answer/", ANSWERS, "{page}/answer/"),
    post("{key}/undo/", UNDO, "{page}/undo/"),
]
COMPARE = [
    get("{key}/", COMPARING, "{compared}/"),
    post("{key}/", COMPARING, "{compared}/", do="undo"),
    get("{key}/join/{token}/", ANYBODY, "{compared}/join/{comparing}/"),
]
ROWS = [
    get("", SIGNED_IN),
    get("login/", ANYBODY),
    post("login/", ANYBODY, login="nobody", password="nothing"),
    post("logout/", ANYBODY),
    get("account/", SIGNED_IN),
    post("account/", SIGNED_IN, name="Ann", email="", time_zone="UTC"),
    get("account/tokens/", SIGNED_IN),
    post("account/tokens/", SIGNED_IN, name="export", scopes="read"),
    post("account/tokens/{token_id}/revoke/", SIGNED_IN, "account/tokens/1/revoke/", sure="yes"),
    get("account/password/reset/", ANYBODY),
    post("account/password/reset/", ANYBODY, email="nobody@lab.org"),
    get("start/", MAKING),
    post("start/", MAKING, title="Riddles"),
    *below("projects/{slug}/", "projects/jokes/", PROJECT),
    get("invitations/{token}/", ANYBODY, "invitations/{invited}/"),
    post("invitations/{token}/", ANYBODY, "invitations/{invited}/"),
    post("hooks/label-studio/{key}/", SECRET, "hooks/label-studio/{page}/"),
    *below("annotate/", "annotate/", ANNOTATE),
    *below("compare/", "compare/", COMPARE),
    *below("objectivity/", "objectivity/", OBJECTIVITY),
    *below("studies/", "studies/", STUDIES),
    get("healthz", ANYBODY),
    get("readyz", ANYBODY),
    get("metrics", ANYBODY),  # from this host, where the tests come from
]

# addresses of libraries, which ask for what they need themselves
FOREIGN: tuple[str, ...] = (
    "account/signup/",
    "account/inactive/",
    "account/confirm/",
    "account/password/change/",
    "account/password/set/",
    "account/password/reset/sent/",
    "account/^password/reset/key/",
    "account/password/reset/done/",
    "account/second-factor/",
    "account/sessions/",
    "account/elsewhere/",
    "account/oidc/",
)
