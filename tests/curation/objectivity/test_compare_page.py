"""The page people compare tasks on, read as a browser without scripts reads it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client

from curation.models import ObjectivityStudy
from curation.services.objectivity.links import SALT, study_link
from tests.curation.objectivity.rows import make_study, say
from tests.factories import make_example

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> ObjectivityStudy:
    return make_study(per_annotator=2)


@pytest.fixture
def home(study: ObjectivityStudy) -> str:
    return f"/compare/{study.key}/"


def come_in(client: Client, study: ObjectivityStudy, query: str = "", **link: Any) -> Any:
    token = study_link(study, **link)
    return client.get(f"/compare/{study.key}/join/{token}/{query}")


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def field(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None
    return found[1]


def names(study: ObjectivityStudy) -> set[str]:
    return set(study.comparisons.values_list("annotator", flat=True))


def test_a_stranger_is_told_how_to_come_in(client: Client, home: str) -> None:
    answer = client.get(home)

    assert answer.status_code == 401
    assert "does not know you" in answer.content.decode()


def test_a_link_is_enough_to_compare_all_pairs(
    client: Client, study: ObjectivityStudy, home: str
) -> None:
    assert come_in(client, study).headers["Location"] == home

    for _ in range(2):
        text = page(client, home)
        answer = client.post(
            home, {"pair": field(text, "pair"), "shown": field(text, "shown"), "choice": "left"}
        )
        assert answer.headers["Location"] == home

    assert "You are through" in page(client, home)
    assert study.comparisons.count() == 2
    [name] = names(study)
    assert re.fullmatch(r"visitor-\w{10}", name)
    assert all(0 <= (one.seconds or 0) < 60 for one in study.comparisons.all())


def test_a_member_is_known_without_a_link(
    admin_client: Client, study: ObjectivityStudy, home: str
) -> None:
    pair = field(page(admin_client, home), "pair")

    admin_client.post(home, {"pair": pair, "choice": "cannot_say"})

    [comparison] = study.comparisons.all()
    assert comparison.winner is None
    assert comparison.annotator.startswith("member-")


def test_an_external_id_makes_one_person_of_two_visits_and_is_not_kept(
    study: ObjectivityStudy, home: str
) -> None:
    for query in ("?PROLIFIC_PID=ann-77", "?worker=ann-77&STUDY_ID=3"):
        client = Client()
        come_in(client, study, query)
        client.post(home, {"pair": field(page(client, home), "pair"), "choice": "left"})

    [name] = names(study)
    assert re.fullmatch(r"worker-\w{10}", name)
    assert study.comparisons.count() == 2


def test_the_same_link_opened_again_in_one_browser_is_the_same_person(
    client: Client, study: ObjectivityStudy, home: str
) -> None:
    come_in(client, study)
    client.post(home, {"pair": "irony|news", "choice": "left"})

    come_in(client, study)

    assert "1 of 2 compared" in page(client, home)


@pytest.mark.parametrize(
    ("spoil", "status"),
    [
        (lambda token: token[:-2] + "xx", 403),
        (lambda token: "nothing", 403),
        (lambda token: signing.dumps(["no key", 9, ""], salt=SALT), 403),
    ],
)
def test_a_forged_link_lets_nobody_in(
    client: Client, study: ObjectivityStudy, home: str, spoil: Any, status: int
) -> None:
    answer = client.get(f"{home}join/{spoil(study_link(study))}/")

    assert answer.status_code == status
    assert client.get(home).status_code == 401


def test_a_link_that_is_over_lets_nobody_in(
    client: Client, study: ObjectivityStudy, home: str
) -> None:
    token = signing.dumps([study.key.hex, 1_000_000, ""], salt=SALT, compress=True)

    assert client.get(f"{home}join/{token}/").status_code == 410


def test_a_cookie_of_another_study_counts_for_nothing(
    client: Client, study: ObjectivityStudy, home: str
) -> None:
    come_in(client, study)
    other = ObjectivityStudy.objects.create(slug="other", title="Other")
    other.projects.set(study.projects.all())
    stolen = client.cookies["concord_comparer"].value
    stranger = Client()
    stranger.cookies["concord_comparer"] = stolen

    assert client.cookies["concord_comparer"]["path"] == home
    assert stranger.get(f"/compare/{other.key}/").status_code == 401
    assert client.get(f"{home}join/{study_link(other)}/").status_code == 403


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"pair": "irony|news", "choice": "both"}, 400),
        ({"pair": "irony|news"}, 400),
        ({"pair": "irony|humour", "choice": "left"}, 404),
        ({"choice": "left"}, 404),
        ({"do": "undo"}, 409),
    ],
)
def test_what_was_not_asked_is_refused_with_a_sentence(
    client: Client, study: ObjectivityStudy, home: str, sent: dict[str, str], status: int
) -> None:
    come_in(client, study)

    answer = client.post(home, sent)

    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()
    assert not study.comparisons.exists()


def test_after_the_last_pair_nothing_more_is_taken_but_the_last_can_be_taken_back(
    client: Client, study: ObjectivityStudy, home: str
) -> None:
    come_in(client, study)
    client.post(home, {"pair": "irony|news", "choice": "left"})
    client.post(home, {"pair": "irony|spam", "choice": "left"})

    assert client.post(home, {"pair": "news|spam", "choice": "left"}).status_code == 409
    undone = client.post(home, {"do": "undo"})

    assert field(page(client, undone.headers["Location"]), "pair") == "irony|spam"
    assert study.comparisons.count() == 1


def test_somebody_who_comes_late_is_thanked(
    client: Client, study: ObjectivityStudy, home: str
) -> None:
    for person in ("a", "b", "c"):
        say(study, person, "irony", "news", "irony")
        say(study, person, "irony", "spam", "irony")
    for person in ("d", "e", "f"):
        say(study, person, "news", "spam", "")
    come_in(client, study)

    assert "Nothing is left to compare" in page(client, home)


def test_cards_show_known_labels_and_nothing_that_must_stay_hidden(
    client: Client, study: ObjectivityStudy, home: str
) -> None:
    for project in study.projects.all():
        yes = project.label_names()[0]
        for number in range(4):
            make_example(project, f"train {number} <b>bold</b>", split="train", gold=yes)
        make_example(project, "secret test", split="test", gold=yes)
        make_example(project, "secret check", split="check", gold=yes)
        make_example(project, "written for no", intended=project.label_names()[1])
        make_example(project, "written for yes", intended=yes)
    come_in(client, study)

    text = page(client, home)

    assert "secret" not in text
    assert text.count("&lt;b&gt;bold&lt;/b&gt;") == 6
    assert text.count("written for no") == 2
    assert "written for yes" not in text


def test_a_platforms_id_that_cannot_be_one_is_refused(
    client: Client, study: ObjectivityStudy
) -> None:
    assert come_in(client, study, "?worker=" + "x" * 201).status_code == 400
    assert come_in(client, study, "?worker=a%00b").status_code == 400


def test_a_personal_link_needs_no_id_in_the_address(
    client: Client, study: ObjectivityStudy, home: str
) -> None:
    come_in(client, study, worker="ann-77")
    client.post(home, {"pair": "irony|news", "choice": "left"})

    [name] = names(study)
    assert name.startswith("worker-")
    assert not urlsplit(home).query
