"""The map's page and what its script asks for; chosen texts come back to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.test import Client

from curation.job_handlers import corpus_map
from curation.models import Job, Project, SetAside
from curation.progress import silent
from tests.curation.mapping.mapped import make_map, make_texts
from tests.curation.pages import text_of
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db
MAP, ACT = "/projects/jokes/map/", "/projects/jokes/table/act/"


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


def test_a_project_without_texts_is_told_what_a_map_takes(reader: Client, project: Project) -> None:
    page = text_of(reader, MAP)

    assert "It takes 3 texts or more" in page
    assert "Draw the map" not in page


def test_a_map_that_was_never_drawn_is_offered(reader: Client, project: Project) -> None:
    for number in range(3):
        make_example(project, f"text {number}")

    assert "Draw the map" in text_of(reader, MAP)
    for _ in range(2):
        assert reader.post(f"{MAP}draw/").headers["Location"] == MAP

    assert [job.kind for job in Job.objects.all()] == ["map"]
    assert "Draw the map of the texts" in text_of(reader, MAP)


def test_the_job_draws_it_and_the_page_tells_of_its_groups(
    reader: Client, project: Project, concord_home: Path
) -> None:
    make_texts(project, concord_home)

    result = corpus_map(project, {}, silent)
    page = text_of(reader, f"{MAP}?by=label")

    assert result == {"texts": 40, "shown": 40, "groups": 2}
    assert "40 texts by their meaning, in 2 groups" in page
    assert "trains" in page
    assert "Nothing else can be read from distances" in page
    assert '<option value="label" selected>' in page


def test_points_and_colours_are_of_one_map(
    reader: Client, project: Project, concord_home: Path
) -> None:
    drawn = make_map(project, concord_home)

    packed = reader.get(f"{MAP}points/?map={drawn.stamp}").content
    colours = reader.get(f"{MAP}colours/?map={drawn.stamp}&by=intended").content

    assert np.frombuffer(packed[:4], dtype="<u4").tolist() == [40]
    assert np.frombuffer(packed[8:328], dtype="<f8").tolist() == drawn.points.keys.tolist()
    assert np.frombuffer(packed[328:408], dtype="<u2").tolist() == drawn.points.x.tolist()
    assert packed[-40:] == drawn.points.group.tobytes()
    assert list(colours) == [1] * 20 + [2] * 20
    for what in ("points", "colours"):
        assert reader.get(f"{MAP}{what}/?map=another").status_code == 404
    assert reader.get(f"{MAP}colours/?by=beauty").status_code == 400


def test_an_old_map_says_how_much_came_since(
    reader: Client, project: Project, concord_home: Path
) -> None:
    make_map(project, concord_home)
    make_example(project, "a new text")

    page = text_of(reader, MAP)

    assert "1 text came since the map was drawn" in page
    assert "Draw it anew" in page


def test_texts_are_read_by_their_keys(reader: Client, project: Project) -> None:
    own = make_example(project, "<b>mine</b>")
    other = make_example(make_project("others"), "theirs")

    page = text_of(reader, f"{MAP}texts/?keys={other.pk},{own.pk}")

    assert "&lt;b&gt;mine" in page
    assert "theirs" not in page
    assert "not there any more" in text_of(reader, f"{MAP}texts/?keys={other.pk}")
    for wrong in ("", "x", "1,²", "9" * 5_000, ",".join(["1"] * 21)):
        assert reader.get(f"{MAP}texts/", {"keys": wrong}).status_code == 400


def test_texts_chosen_on_the_map_are_set_aside_and_lead_back_to_it(
    reader: Client, project: Project, concord_home: Path
) -> None:
    keys = ",".join(map(str, make_map(project, concord_home).points.keys[:5]))
    chosen = {"do": "aside", "keys": keys, "from": "map:error"}

    asked = reader.post(ACT, chosen).content.decode()
    done = reader.post(ACT, {**chosen, "sure": "yes", "reason": "a trial"}, follow=True)

    assert "Set 5 texts aside" in asked
    assert f'name="keys" value="{keys}"' in asked
    assert f'href="{MAP}?by=error"' in asked
    assert done.redirect_chain == [(f"{MAP}?by=error", 302)]
    assert SetAside.objects.filter(undone_at=None).count() == 5

    back = {"do": "back", "keys": keys, "from": "map:error", "sure": "yes"}
    assert "5 texts taken back in" in reader.post(ACT, back, follow=True).content.decode()


def test_more_texts_than_a_form_has_fields_are_set_aside(reader: Client, project: Project) -> None:
    for number in range(1_100):
        make_example(project, f"text {number}")

    asked = reader.post(ACT, {"do": "aside", "which": "found"}).content.decode()
    keys = asked.split('name="keys" value="')[1].split('"')[0]
    sure = {"do": "aside", "keys": keys, "from": "", "sure": "yes", "reason": "a trial"}
    reader.post(ACT, sure)

    assert SetAside.objects.count() == 1_100


@pytest.mark.parametrize("origin", ["map:x&y=1#z", "//elsewhere.org", "map"])
def test_nobody_is_led_elsewhere(reader: Client, project: Project, origin: str) -> None:
    asked = reader.post(ACT, {"do": "aside", "keys": "0", "from": origin})

    assert asked.headers["Location"].startswith("/projects/jokes/")
    assert "#" not in asked.headers["Location"]
