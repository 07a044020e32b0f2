"""Every address of the pages beside the endpoints that do the same, or why there is none.

A row is a method and an address as tests/permission_rows.py has it; `PROJECT` stands below a
project. What an endpoint changes takes the same right as the page's, which the test checks.
"""

from __future__ import annotations

Endpoint = tuple[str, str]

PROJECT: dict[Endpoint, list[Endpoint]] = {
    ("GET", ""): [("GET", "")],
    ("GET", "now/"): [("GET", ""), ("GET", "/report"), ("GET", "/jobs")],
    ("GET", "jobs/"): [("GET", "/jobs"), ("GET", "/jobs/{job_id}")],
    ("POST", "jobs/start/{kind}/"): [("POST", "/jobs")],
    ("POST", "jobs/{job_id}/cancel/"): [("POST", "/jobs/{job_id}/cancel")],
    ("POST", "jobs/{job_id}/again/"): [("POST", "/jobs/{job_id}/again")],
    ("GET", "examples/"): [("GET", "/examples")],
    ("GET", "examples/{external_id}/"): [("GET", "/examples/{example_id}")],
    ("GET", "table/count/"): [("GET", "/table/count")],
    ("POST", "table/act/"): [
        ("POST", "/table/set-aside"), ("POST", "/table/take-back"), ("POST", "/table/send"),
    ],
    ("GET", "table/file/{form}/"): [("GET", "/table/file/{form}")],
    ("GET", "map/"): [("GET", "/map")],
    ("POST", "map/draw/"): [("POST", "/jobs")],
    ("GET", "map/points/"): [("GET", "/map/points")],
    ("GET", "map/texts/"): [("GET", "/map/points"), ("GET", "/examples/{example_id}")],
    ("GET", "agreement/"): [("GET", "/agreement"), ("GET", "/agreement/statistics")],
    ("POST", "agreement/measure/"): [("POST", "/jobs")],
    ("GET", "agreement/aggregators/"): [("GET", "/agreement/aggregators")],
    ("POST", "agreement/aggregators/compare/"): [("POST", "/jobs")],
    ("GET", "explore/"): [("POST", "/explorer"), ("GET", "/explorer/scores")],
    ("GET", "explore/numbers/"): [("POST", "/explorer")],
    ("GET", "explore/margin/"): [("POST", "/explorer/margin")],
    ("POST", "explore/measure/"): [("POST", "/jobs")],
    ("GET", "versions/"): [("GET", "/versions")],
    ("POST", "versions/freeze/"): [("POST", "/versions")],
    ("GET", "versions/freezing/{job_id}/"): [("GET", "/jobs/{job_id}")],
    ("GET", "versions/freezing/{job_id}/job/"): [("GET", "/jobs/{job_id}")],
    ("GET", "versions/{number}/"): [
        ("GET", "/versions/{number}"), ("GET", "/versions/{number}/rows"),
    ],
    ("GET", "versions/{number}/lineage/"): [("GET", "/versions/{number}/lineage")],
    ("GET", "versions/{number}/prov.json"): [("GET", "/versions/{number}/lineage")],
    ("GET", "versions/{number}/rows/{external_id}/"): [("GET", "/versions/{number}/rows")],
    ("GET", "versions/{before}/diff/{after}/"): [
        ("GET", "/versions/{before}/diff/{after}"), ("GET", "/versions/{before}/diff/{after}/rows"),
    ],
    ("GET", "versions/{number}/{form}/"): [
        ("GET", "/versions/{number}/export/{form}"), ("GET", "/versions/{number}/card"),
    ],
    ("GET", "audit/"): [("GET", "/audit")],
    ("GET", "secrets/"): [("GET", "/secrets")],
    ("POST", "secrets/"): [("PUT", "/secrets")],
    ("POST", "secrets/{secret_id}/delete/"): [("DELETE", "/secrets/{number}")],
    ("GET", "report/"): [("GET", "/report")],
    ("GET", "report/file/"): [("GET", "/report/file")],
    ("GET", "rounds/"): [("GET", "/rounds")],
    ("POST", "rounds/new/"): [("POST", "/rounds")],
    ("GET", "rounds/{number}/"): [("GET", "/rounds/{number}"), ("GET", "/rounds/{number}/tasks")],
    ("POST", "rounds/{number}/"): [
        ("PATCH", "/rounds/{number}"), ("POST", "/rounds/{number}/refill"),
        ("POST", "/rounds/{number}/links"), ("DELETE", "/rounds/{number}/links"),
    ],
    ("GET", "annotators/"): [("GET", "/annotators"), ("GET", "/annotator-rule")],
    ("POST", "annotators/find/"): [("POST", "/annotator-search")],
    ("POST", "annotators/measure/"): [("POST", "/jobs")],
    ("POST", "annotators/rule/"): [("PUT", "/annotator-rule")],
    ("GET", "annotators/by-name/{name}/"): [("GET", "/annotators/{name}")],
    ("POST", "annotators/by-name/{name}/do/{verb}/"): [("POST", "/annotators/{name}")],
    ("GET", "members/"): [("GET", "/members")],
    ("POST", "members/leave/"): [("POST", "/leave")],
    ("POST", "members/invite/"): [
        ("POST", "/invitations"), ("GET", "/invitations"), ("GET", "/invitations/{number}"),
    ],
    ("POST", "members/{member_id}/role/"): [("PATCH", "/members/{user}")],
    ("POST", "members/{member_id}/remove/"): [("DELETE", "/members/{user}")],
    ("POST", "members/invitations/{invitation_id}/withdraw/"): [
        ("DELETE", "/invitations/{number}"),
    ],
    ("GET", "generation/"): [("GET", "/generation/runs")],
    ("POST", "generation/"): [("POST", "/generation/plan"), ("POST", "/generation/runs")],
    ("GET", "generation/started/{job_id}/"): [("GET", "/jobs/{job_id}")],
    ("GET", "generation/runs/{number}/"): [("GET", "/generation/runs/{number}")],
    ("GET", "generation/runs/{number}/now/"): [("GET", "/generation/runs/{number}")],
    ("GET", "generation/runs/{number}/drafts/"): [("GET", "/generation/runs/{number}/drafts")],
    ("GET", "generation/runs/{number}/mismatches/"): [
        ("GET", "/generation/runs/{number}/mismatches"),
    ],
    ("POST", "generation/runs/{number}/{action}/"): [
        ("POST", "/generation/runs/{number}/{action}"),
    ],
    ("GET", "generation/calls/{call_id}/"): [("GET", "/generation/calls/{number}")],
    ("GET", "generation/mismatches/"): [("GET", "/generation/mismatches")],
    ("GET", "generation/attributes/"): [("GET", "/generation/lists")],
    ("POST", "generation/attributes/"): [("PUT", "/generation/lists/{name}")],
    ("POST", "generation/attributes/write/"): [("POST", "/generation/lists/{name}")],
    ("POST", "generation/attributes/remove/"): [("DELETE", "/generation/lists/{name}")],
    ("GET", "training/"): [("GET", "/training/runs"), ("GET", "/training/scores")],
    ("POST", "training/"): [("POST", "/training/runs")],
    ("GET", "training/jobs/"): [("GET", "/jobs")],
    ("POST", "training/jobs/{job_id}/cancel/"): [("POST", "/jobs/{job_id}/cancel")],
    ("POST", "training/jobs/{job_id}/again/"): [("POST", "/jobs/{job_id}/again")],
    ("GET", "training/runs/{key}/"): [("GET", "/training/runs/{number}")],
}  # fmt: skip
ELSEWHERE: dict[Endpoint, list[Endpoint]] = {
    ("GET", ""): [("GET", "/projects")],
    ("GET", "objectivity/"): [("GET", "/objectivity")],
    ("GET", "objectivity/{slug}/"): [("GET", "/objectivity/{slug}")],
    ("POST", "objectivity/{slug}/rank/"): [("POST", "/objectivity/{slug}/rank")],
    ("GET", "objectivity/{slug}/job/"): [("GET", "/projects/{slug}/jobs/{job_id}")],
    ("GET", "compare/{key}/"): [("GET", "/objectivity/{slug}/next")],
    ("POST", "compare/{key}/"): [
        ("POST", "/objectivity/{slug}/answers"), ("POST", "/objectivity/{slug}/answers/undo"),
    ],
    ("GET", "studies/"): [("GET", "/studies")],
    ("POST", "studies/new/"): [("POST", "/studies"), ("POST", "/studies/plan")],
    ("GET", "studies/{slug}/"): [("GET", "/studies/{slug}")],
    ("GET", "studies/{slug}/now/"): [("GET", "/studies/{slug}")],
    ("POST", "studies/{slug}/start/"): [("POST", "/studies/{slug}/run")],
    ("POST", "studies/{slug}/stop/"): [("POST", "/studies/{slug}/stop")],
    ("POST", "studies/{slug}/delete/"): [("DELETE", "/studies/{slug}")],
    ("GET", "studies/{slug}/files/{name}"): [("GET", "/studies/{slug}/files/{name}")],
    ("GET", "annotate/{key}/next/"): [("POST", "/projects/{slug}/rounds/{number}/hands")],
    ("POST", "annotate/{key}/answer/"): [("POST", "/projects/{slug}/rounds/{number}/answers")],
    ("POST", "annotate/{key}/undo/"): [("POST", "/projects/{slug}/rounds/{number}/answers/undo")],
}  # fmt: skip

FORM = "a form, or a second look before something is done"
PERSON = "about a person at a browser: an account, its password, its tokens and sessions"
LINK = "where a person comes in by a link, without an account"
MACHINE = "for programs already"
GUIDED = (  # one question a page; each does what another page does, in another form
    "start/",
    "projects/{slug}/start/",
)
ALONE: dict[Endpoint, str] = {
    ("GET", "projects/{slug}/map/colours/"): "which shade a point has; examples tell the facts",
    ("GET", "projects/{slug}/versions/freeze/"): FORM,
    ("GET", "projects/{slug}/rounds/new/"): FORM,
    ("GET", "projects/{slug}/annotators/by-name/{name}/do/{verb}/"): FORM,
    ("GET", "projects/{slug}/members/leave/"): FORM,
    ("GET", "projects/{slug}/members/{member_id}/remove/"): FORM,
    ("GET", "studies/new/"): FORM,
    ("GET", "login/"): PERSON,
    ("POST", "login/"): PERSON,
    ("POST", "logout/"): PERSON,
    ("GET", "account/"): PERSON,
    ("POST", "account/"): PERSON,
    ("GET", "account/tokens/"): PERSON,
    ("POST", "account/tokens/"): "a token makes no tokens: who stole one would keep coming in",
    ("POST", "account/tokens/{token_id}/revoke/"): PERSON,
    ("GET", "account/password/reset/"): PERSON,
    ("POST", "account/password/reset/"): PERSON,
    ("GET", "invitations/{token}/"): LINK,
    ("POST", "invitations/{token}/"): LINK,
    ("GET", "annotate/"): "the list of rounds to answer in; programs are told the round",
    ("GET", "annotate/join/{token}/"): LINK,
    ("GET", "annotate/{key}/"): FORM,
    ("POST", "annotate/{key}/"): "consent, which a person gives",
    ("GET", "annotate/{key}/mine/"): LINK,
    ("GET", "compare/{key}/join/{token}/"): LINK,
    ("POST", "hooks/label-studio/{key}/"): MACHINE,
    ("GET", "healthz"): MACHINE,
    ("GET", "readyz"): MACHINE,
    ("GET", "metrics"): MACHINE,
}
