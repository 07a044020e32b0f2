"""Every endpoint under /api/v1/: the right it takes, and something to send."""

from __future__ import annotations

from typing import Any

from curation.services.access import Right

P = "/projects/{slug}"
POLICY = {"keep_all": True}
WISH = {"provider": "openai", "method": "zero_shot", "count": 2, "model": "tiny"}
TRAIN = {"sources": ["synthetic"], "classifier": "tfidf"}
KEY = "00000000-0000-4000-8000-000000000000"
ANYBODY = None  # who has an account; what is listed is their own

READ = (
    "", "/labels", "/examples", "/examples/{example_id}", "/rounds", "/rounds/{number}",
    "/rounds/{number}/tasks", "/votes", "/annotators", "/annotators/{name}", "/agreement",
    "/agreement/statistics", "/explorer/scores", "/map", "/map/points", "/versions",
    "/versions/{number}", "/versions/{number}/rows", "/versions/{number}/card",
    "/versions/{number}/lineage", "/versions/{number}/exports", "/versions/{number}/export/{form}",
    "/versions/{before}/diff/{after}", "/versions/{before}/diff/{after}/rows", "/jobs",
    "/jobs/{job_id}", "/predictions", "/predictions/runs", "/generation/runs",
    "/generation/runs/{number}", "/generation/runs/{number}/drafts", "/generation/lists",
    "/training/runs", "/training/runs/{number}", "/training/scores", "/members", "/report",
    "/report/file", "/agreement/aggregators", "/table/count", "/table/file/{form}",
    "/annotator-rule", "/generation/calls/{number}", "/generation/mismatches",
    "/generation/runs/{number}/mismatches",
)  # fmt: skip
WORK: dict[tuple[str, str], Any] = {
    ("POST", "/examples"): {"examples": [{"id": "new", "text": "a new text"}]},
    ("POST", "/rounds"): {},
    ("PATCH", "/rounds/{number}"): {"state": "paused"},
    ("POST", "/rounds/{number}/refill"): None,
    ("POST", "/rounds/{number}/links"): {},
    ("DELETE", "/rounds/{number}/links"): None,
    ("POST", "/votes"): {"votes": [{"example": "joke-0", "annotator": "new", "label": "joke"}]},
    ("POST", "/table/set-aside"): {"examples": ["joke-0"], "reason": "spam"},
    ("POST", "/table/take-back"): {"filter": {"aside": True}},
    ("POST", "/table/send"): {"examples": ["joke-0"], "overlap": 2},
    ("POST", "/annotator-search"): {"known_as": "ann-1"},
    ("POST", "/annotators/{name}"): {"do": "warn", "reason": "too fast"},
    ("POST", "/versions"): POLICY,
    ("POST", "/jobs"): {"kind": "agreement"},
    ("POST", "/jobs/{job_id}/cancel"): None,
    ("POST", "/jobs/{job_id}/again"): None,
    ("POST", "/predictions"): {
        "run": "outside:mine",
        "predictions": [{"example": "joke-0", "probabilities": {"joke": 1}}],
    },
    ("POST", "/generation/plan"): WISH,
    ("POST", "/generation/runs"): WISH,
    ("POST", "/generation/runs/{number}/{action}"): None,
    ("PUT", "/generation/lists/{name}"): {"values": ["cats"]},
    ("POST", "/generation/lists/{name}"): {"model": "tiny", "n_values": 3},
    ("DELETE", "/generation/lists/{name}"): None,
    ("POST", "/training/runs"): TRAIN,
}
ROWS: dict[tuple[str, str], tuple[Right | None, Any]] = {
    ("GET", "/me"): (ANYBODY, None),
    ("GET", "/problems"): (ANYBODY, None),
    ("GET", "/problems/{name}"): (ANYBODY, None),
    ("GET", "/projects"): (ANYBODY, None),
    ("POST", "/projects"): (Right.WORK, {"slug": "new", "labels": [{"name": "a"}, {"name": "b"}]}),
    **{("GET", P + path): (Right.SEE, None) for path in READ},
    **{(method, P + path): (Right.WORK, body) for (method, path), body in WORK.items()},
    ("PATCH", P): (Right.MANAGE, {"overlap": 4}),
    ("PATCH", f"{P}/labels/{{name}}"): (Right.MANAGE, {"title": "A joke"}),
    ("PUT", f"{P}/annotator-rule"): (Right.MANAGE, {"rule": "warn"}),
    ("PATCH", f"{P}/members/{{user}}"): (Right.MANAGE, {"role": "auditor"}),
    ("DELETE", f"{P}/members/{{user}}"): (Right.MANAGE, None),
    ("POST", f"{P}/leave"): (Right.LEAVE, None),
    ("GET", f"{P}/invitations"): (Right.MANAGE, None),
    ("POST", f"{P}/invitations"): (Right.MANAGE, {"role": "auditor", "days": 3}),
    ("GET", f"{P}/invitations/{{number}}"): (Right.MANAGE, None),
    ("DELETE", f"{P}/invitations/{{number}}"): (Right.MANAGE, None),
    ("GET", f"{P}/secrets"): (Right.MANAGE, None),
    ("PUT", f"{P}/secrets"): (
        Right.MANAGE,
        {"kind": "llm_key", "address": "https://api.openai.com", "value": "sk-a-key"},
    ),
    ("DELETE", f"{P}/secrets/{{number}}"): (Right.MANAGE, None),
    ("GET", f"{P}/audit"): (Right.AUDIT, None),
    ("POST", f"{P}/explorer/margin"): (Right.SEE, POLICY),
    ("POST", f"{P}/versions/foresee"): (Right.SEE, POLICY),
    ("POST", f"{P}/explorer"): (Right.SEE, POLICY),
    ("POST", f"{P}/training/plan"): (Right.SEE, TRAIN),
    ("POST", f"{P}/rounds/{{number}}/hands"): (Right.ANNOTATE, None),
    ("POST", f"{P}/rounds/{{number}}/answers"): (Right.ANNOTATE, {"key": KEY, "label": "joke"}),
    ("POST", f"{P}/rounds/{{number}}/answers/undo"): (Right.ANNOTATE, None),
    ("GET", "/studies"): (ANYBODY, None),
    ("POST", "/studies/plan"): (Right.WORK, {"plan": {}}),
    ("POST", "/studies"): (Right.WORK, {"plan": {}}),
    ("GET", "/studies/{slug}"): (Right.SEE, None),
    ("GET", "/studies/{slug}/files/{name}"): (Right.SEE, None),
    ("DELETE", "/studies/{slug}"): (Right.MANAGE, None),
    ("POST", "/studies/{slug}/run"): (Right.WORK, None),
    ("POST", "/studies/{slug}/stop"): (Right.WORK, None),
    ("GET", "/objectivity"): (ANYBODY, None),
    ("GET", "/objectivity/{slug}"): (Right.SEE, None),
    ("POST", "/objectivity/{slug}/rank"): (Right.WORK, None),
    ("GET", "/objectivity/{slug}/next"): (Right.ANNOTATE, None),
    ("POST", "/objectivity/{slug}/answers"): (
        Right.ANNOTATE,
        {"pair": "jests|jokes", "choice": "left"},
    ),
    ("POST", "/objectivity/{slug}/answers/undo"): (Right.ANNOTATE, None),
}
