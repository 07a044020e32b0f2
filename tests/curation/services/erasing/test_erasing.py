"""Forgetting people: their name is nowhere afterwards, and frozen versions stay as they were."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from curation.datasets import Policy
from curation.datasets.frozen import version_fingerprint
from curation.datasets.splits import SplitPlan
from curation.errors import BadInput
from curation.models import (
    Annotation,
    AnnotationRound,
    Annotator,
    AnnotatorAction,
    AuditEntry,
    DatasetVersion,
    ExampleSummary,
    Job,
    KeptAnswer,
    Participation,
    Project,
    StrayAnswer,
)
from curation.services.auditing import verify
from curation.services.erasing import due_for_retention, erase_annotator, forget_old, one
from curation.services.importing_rows import stored_rows
from curation.services.quality.acting import act
from curation.services.summaries import freshness, refresh
from curation.services.votes import import_votes
from tests.curation.annotating.room import make_room, sit, take
from tests.curation.api.calling import post, program
from tests.factories import (
    annotate,
    make_curated,
    make_example,
    make_member,
    make_project,
    make_round,
)

pytestmark = pytest.mark.django_db

NAME = "ann-1"
KEY = {"Idempotency-Key": "2f1c"}


@pytest.fixture
def project(concord_home: Path) -> Project:
    """Ten judged texts, two versions, and ann-1 in every place that can carry a name."""
    project = make_project()
    make_curated(project, simulated=False)
    annotator, target = project.annotators.get(name=NAME), project.rounds.get()
    Participation.objects.create(round=target, annotator=annotator, seen_at=timezone.now())
    act(annotator, "warn", reason=f"{NAME} is too fast", by="researcher")
    StrayAnswer.objects.create(
        round=target, remote_task=1, remote_id=1, annotator=NAME, value="my words", reason="late"
    )
    Job.objects.create(
        project=project, kind="annotators", state="successful", result={"flagged": [NAME]}
    )
    (concord_home / "annotators").mkdir()
    (concord_home / "annotators" / "jokes.json").write_text(json.dumps({NAME: 1}))
    return project


def everywhere(text: str, home: Path) -> list[str]:
    """Tables and files in which a text stands."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if any(text in str(row) for row in model._base_manager.values_list())
    ]
    return tables + [
        str(path) for path in home.rglob("*.json") if text in path.read_text(encoding="utf-8")
    ]


def worked_out_again(version: DatasetVersion) -> str:
    plan = SplitPlan.from_json(version.split_plan)
    return version_fingerprint(Policy.from_json(version.policy), plan, stored_rows(version))


@pytest.mark.parametrize("keep_votes", [True, False])
def test_the_name_and_the_words_are_nowhere_and_versions_keep_their_fingerprints(
    project: Project, concord_home: Path, keep_votes: bool
) -> None:
    frozen = {version.pk: version.fingerprint for version in project.dataset_versions.all()}

    erase_annotator(project, NAME, keep_votes=keep_votes, by="me")

    assert everywhere(NAME, concord_home) == []
    assert everywhere("my words", concord_home) == []
    for version in project.dataset_versions.all():
        assert version.fingerprint == frozen[version.pk] == worked_out_again(version)


def test_votes_are_kept_under_a_name_that_leads_nowhere(project: Project) -> None:
    before = list(Annotation.objects.order_by("pk").values_list("task", "annotator", "label"))

    erased = erase_annotator(project, NAME, keep_votes=True, by="me")

    after = list(Annotation.objects.order_by("pk").values_list("task", "annotator", "label"))
    assert after == before
    assert (erased.votes_kept, erased.votes_removed, erased.versions) == (10, 0, 2)
    assert project.annotators.filter(name=erased.pseudonym).exists()
    assert AnnotatorAction.objects.get().reason == ""


def test_votes_are_removed_with_everything_else(project: Project) -> None:
    erased = erase_annotator(project, NAME, keep_votes=False, by="me")

    assert (erased.votes_kept, erased.votes_removed) == (0, 10)
    assert Annotation.objects.count() == 20
    assert not AnnotatorAction.objects.exists()
    assert not StrayAnswer.objects.exists()


def test_texts_of_an_open_round_are_asked_of_others_when_votes_go(concord_home: Path) -> None:
    project = make_project()
    target = make_round(project, front="page")
    annotate(project, ["joke", "joke", "joke"])
    task = target.tasks.get()
    target.tasks.update(votes=3, wanted=3, due=0, state="full")

    erase_annotator(project, NAME, keep_votes=False, by="me")

    task.refresh_from_db()
    assert (task.votes, task.due, task.state) == (2, 1, "open")


def test_a_round_that_would_bring_somebody_back_must_be_closed_first(project: Project) -> None:
    AnnotationRound.objects.update(front="label_studio", state="open")

    with pytest.raises(BadInput, match=r"manage\.py rounds jokes close 1"):
        erase_annotator(project, NAME, keep_votes=True, by="me")

    assert project.annotators.filter(name=NAME).exists()


def test_nobody_of_that_name_is_a_sentence(project: Project) -> None:
    with pytest.raises(BadInput, match="has no annotator 'nobody'"):
        erase_annotator(project, "nobody", keep_votes=True, by="me")


def test_an_erasure_leaves_a_line_without_the_name(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    erase_annotator(project, NAME, keep_votes=True, by="me")

    line: Any = next(record for record in caplog.records if record.name == "concord.audit")
    assert (line.fields["project"], line.fields["votes"], line.fields["by"]) == (
        "jokes",
        "kept",
        "me",
    )
    assert NAME not in str(line.__dict__)


@pytest.mark.parametrize("keep_votes", [True, False])
def test_the_audit_log_has_one_line_of_it(project: Project, keep_votes: bool) -> None:
    erased = erase_annotator(project, NAME, keep_votes=keep_votes, by="me")

    line = AuditEntry.objects.get(what="annotator.erased")
    assert (line.project, line.object) == ("jokes", erased.pseudonym)
    assert line.after == {"votes": "kept" if keep_votes else "removed", "number": 10}
    assert verify().whole


def test_the_table_of_examples_is_right_at_once_when_votes_go(project: Project) -> None:
    refresh(project)

    erase_annotator(project, NAME, keep_votes=False, by="me")

    judged = ExampleSummary.objects.filter(project=project, votes__gt=0)
    assert freshness(project).fresh
    assert set(judged.values_list("votes", flat=True)) == {2}


def test_killed_before_the_table_was_counted_it_is_known_to_be_old(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(project)

    def killed(*_: Any, **__: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("curation.services.summaries.refresh", killed)
    with pytest.raises(KeyboardInterrupt):
        erase_annotator(project, NAME, keep_votes=False, by="me")

    assert not freshness(project).complete


def test_people_not_heard_of_for_long_are_forgotten_and_others_not(
    project: Project, concord_home: Path
) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    AnnotationRound.objects.update(created_at=long_ago, state="closed")
    Participation.objects.update(created_at=long_ago, seen_at=long_ago)
    busy = project.annotators.get(name="ann-2")
    Participation.objects.create(round=project.rounds.get(), annotator=busy)

    foreseen = due_for_retention(365)
    forgotten = forget_old(365, by="me")

    assert foreseen.annotators == forgotten.annotators == 2
    assert foreseen.stray_answers == forgotten.stray_answers + 1  # went with its annotator
    names = set(Annotator.objects.values_list("name", flat=True))
    assert "ann-2" in names
    assert {"ann-1", "ann-3"} & names == set()
    assert forget_old(365, by="me").annotators == 0


def test_people_of_votes_imported_today_are_heard_of_however_old_their_round_is(
    tmp_path: Path,
) -> None:
    project = make_project()
    make_example(project, name="x1")
    votes = tmp_path / "votes.csv"
    votes.write_text("task,worker,label\nx1,ann,joke\n")
    import_votes(project, votes)
    long_ago = timezone.now() - timedelta(days=400)
    AnnotationRound.objects.update(created_at=long_ago, pulled_at=long_ago)
    assert due_for_retention(365).annotators == 1

    votes.write_text("task,worker,label\nx1,ann,joke\nx1,cem,news\n")
    import_votes(project, votes)

    assert forget_old(365, by="me").annotators == 0
    again = import_votes(project, votes)
    assert (again.added, again.unchanged) == (0, 2)


@pytest.mark.parametrize("keep_votes", [True, False])
@pytest.mark.parametrize("name", ["ann", 'mária "m"', "worker-1"])
def test_a_request_sent_again_is_answered_without_the_name(name: str, keep_votes: bool) -> None:
    project = make_project()
    annotate(project, ["joke"])
    project.annotators.update(name=name)
    caller = program(make_member(project))
    address = f"/projects/jokes/annotators/{quote(name)}"
    done = [
        post(caller, address, {"do": verb, "reason": "too fast"}, **{"Idempotency-Key": verb})
        for verb in ("warn", "requeue")
    ]
    assert [answer.status_code for answer in done] == [200, 200]

    erase_annotator(project, name, keep_votes=keep_votes, by="me")

    bodies = [json.loads(kept.body) for kept in KeptAnswer.objects.order_by("pk")]
    assert [body["sentence"].startswith("erased") for body in bodies] == [True, True]
    assert [body | {"sentence": ""} for body in bodies] == [
        answer.json() | {"sentence": ""} for answer in done
    ]


def test_answers_that_nobody_is_given_again_go_with_what_is_old() -> None:
    project = make_project()
    post(program(make_member(project)), "/projects/jokes/jobs", {"kind": "agreement"}, **KEY)
    assert due_for_retention(365).kept_answers == 0

    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(days=2))

    assert due_for_retention(365).kept_answers == forget_old(365, by="me").kept_answers == 1
    assert not KeptAnswer.objects.exists()


def test_nobody_is_forgotten_while_their_round_runs(project: Project) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    AnnotationRound.objects.update(created_at=long_ago, state="open")
    for annotator in project.annotators.all():
        Participation.objects.get_or_create(round=project.rounds.get(), annotator=annotator)
    Participation.objects.update(created_at=long_ago, seen_at=long_ago)

    assert due_for_retention(365).annotators == 0


def test_a_limit_below_a_day_is_refused() -> None:
    with pytest.raises(BadInput, match="at least 1"):
        due_for_retention(0)


def test_where_somebody_signed_in_from_is_forgotten_when_the_session_is_over(
    django_user_model: Any,
) -> None:
    password = "a-long-password"
    django_user_model.objects.create_user("mira", password=password)
    for _ in range(2):
        Client().post("/login/", {"login": "mira", "password": password}, REMOTE_ADDR="192.0.2.1")
    Session.objects.filter(pk=UserSession.objects.all()[0].session_key).update(
        expire_date=timezone.now() - timedelta(days=1)
    )

    forget_old(365, by="me")

    assert UserSession.objects.count() == Session.objects.count() == 1


@pytest.mark.parametrize("keep_votes", [True, False])
def test_what_others_keep_who_still_saw_the_person_goes_as_well(
    project: Project,
    concord_home: Path,
    django_capture_on_commit_callbacks: Any,
    keep_votes: bool,
) -> None:
    with django_capture_on_commit_callbacks() as at_the_end:
        erase_annotator(project, NAME, keep_votes=keep_votes, by="me")
    late = concord_home / "annotators" / "jokes.json"
    late.write_text(json.dumps({NAME: 1}))

    for call in at_the_end:
        call()

    assert not late.exists()


@pytest.mark.parametrize("keep_votes", [True, False])
def test_a_text_that_was_taken_meanwhile_goes_back_into_the_line(
    monkeypatch: pytest.MonkeyPatch, keep_votes: bool
) -> None:
    target = make_room()
    person = sit(target, "ann")
    take(person)
    give_back = one._give_back
    calls: list[Annotator] = []

    def and_meanwhile(annotator: Annotator) -> None:
        give_back(annotator)
        calls.append(annotator)
        if len(calls) == 1:
            take(person)

    monkeypatch.setattr(one, "_give_back", and_meanwhile)

    erase_annotator(target.project, person.annotator.name, keep_votes=keep_votes, by="me")

    assert len(calls) == 2
    assert {task.leased for task in target.tasks.all()} == {0}
