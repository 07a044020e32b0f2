from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from curation.errors import BadInput
from curation.models import Project
from curation.progress import silent
from generation.jobs import attribute_values, generate
from generation.models import Attribute, GenerationRun
from tests.generation.scripted_server import said, serving

SMALL: dict[str, Any] = {"provider": "recorded", "method": "zero_shot", "count": 4}


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
        ({**SMALL, "count": "4"}, "count is '4', but it must be a whole number"),
        ({**SMALL, "count": True}, "whole number"),
        ({**SMALL, "price": "5"}, "price is '5', but it must be two amounts"),
        ({**SMALL, "price": ["5", "x"]}, "'x' is not a price"),
        ({**SMALL, "cap": "lots"}, "not an amount of money"),
        ({**SMALL, "checks": {"near": 3}}, "limit near is 3"),
        ({**SMALL, "run_key": "training:1"}, "reads no classifier"),
    ],
)
def test_a_job_with_wrong_params_gets_a_sentence(
    project: Project, params: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        generate(project, params, silent)

    assert not GenerationRun.objects.exists()


def test_a_job_writes_a_list_and_says_how_long_it_is(project: Project) -> None:
    with serving([said(json.dumps({"values": ["Trains", "Rain"]}))]) as server:
        params = {
            "name": "topic", "n_values": 2, "provider": "openai", "model": "tiny",
            "base_url": server.base_url,
        }  # fmt: skip
        result = attribute_values(project, params, silent)

    assert result == {"attribute": "topic", "values": 2}
    assert Attribute.objects.get().values == ["Trains", "Rain"]
