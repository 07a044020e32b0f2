from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from curation.errors import BadInput
from curation.models import Project
from curation.progress import silent
from generation.jobs import generate
from generation.models import GenerationRun


def test_a_job_takes_what_json_can_hold_and_answers_with_the_summary(
    project: Project, recording: Path
) -> None:
    params: dict[str, Any] = {
        "provider": "recorded",
        "method": "zero_shot",
        "count": 20,
        "recordings": str(recording),
        "options": {"words": [8, 20], "style": "jokes"},
    }

    result = generate(project, json.loads(json.dumps(params)), silent)

    assert (result["status"], result["accepted"], result["rejected"]) == ("successful", 20, {})
    assert json.loads(json.dumps(result)) == result
    assert GenerationRun.objects.get().params["words"] == [8, 20]


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"provider": "recorded", "method": "zero_shot"}, "needs 'count'"),
        ({"provider": "recorded", "method": "zero_shot", "count": 1, "key": "x"}, "no 'key'"),
        (
            {"provider": "recorded", "method": "zero_shot", "count": 1, "options": {"wrds": 1}},
            "wrds",
        ),
    ],
)
def test_a_job_with_wrong_params_gets_a_sentence(
    project: Project, params: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        generate(project, params, silent)

    assert not GenerationRun.objects.exists()
