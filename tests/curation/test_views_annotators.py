"""Pages about annotators: figures, flags, one person close up, and what is done about them."""

from __future__ import annotations

from html import unescape
from urllib.parse import quote

import pytest
from django.test import Client

from curation.models import Annotation, AnnotationChange, Annotator, Job, Project, Task
from curation.services.annotating.joining import member_name, worker_name
from curation.services.quality import measuring
from curation.services.quality.lines import annotator_lines
from curation.views.annotators import person
from curation.views.annotators.rows import PAGE, people_page
from tests.curation.annotating.room import make_room
from tests.curation.pages import text_of
from tests.curation.services.quality.crowded import make_crowded
from tests.factories import annotate, make_project, make_round

pytestmark = pytest.mark.django_db

LIST = "/projects/jokes/annotators/"


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def project() -> Project:
    return make_crowded()


def one(name: str, verb: str = "") -> str:
    return f"{LIST}by-name/{quote(name)}/{f'do/{verb}/' if verb else ''}"


def names_on(page: str) -> list[str]:
    return [part.split("<")[0].split(">")[-1] for part in page.split('class="mono">')[1:]]


@pytest.mark.parametrize("path", [LIST, one("sim-05"), one("sim-05", "requeue")])
def test_the_pages_are_for_people_who_signed_in(
    client: Client, project: Project, path: str
) -> None:
    assert client.get(path).headers["Location"].startswith("/login/")


def test_those_to_look_at_stand_first_with_the_reason(reader: Client, project: Project) -> None:
    page = text_of(reader, LIST)

    assert "6 annotators, 2 to look at." in page
    assert set(names_on(page)[:2]) == {"sim-05", "sim-06"}
    assert "Answers hardly depend on the texts" in page
    assert "Simulated crowd." in page


def test_every_figure_comes_with_its_interval_and_n(reader: Client, project: Project) -> None:
    page = text_of(reader, LIST)

    assert page.count('class="whisker"') >= 6 * 3
    assert "95 % interval" in page
    assert "6 answers" in page  # known ones


@pytest.mark.parametrize("sort", ["name", "answers", "agreement", "nonsense"])
def test_the_list_can_be_sorted(reader: Client, project: Project, sort: str) -> None:
    page = text_of(reader, f"{LIST}?sort={sort}")

    if sort == "name":
        assert names_on(page)[:6] == [f"sim-0{number}" for number in range(1, 7)]
    assert page.count('aria-current="true"') == 1


@pytest.mark.parametrize("asked", ["0", "99", "-1", "x", "9" * 30, "²"])
def test_a_page_that_is_none_shows_the_nearest(
    reader: Client, project: Project, asked: str
) -> None:
    assert "sim-01" in text_of(reader, f"{LIST}?page={asked}")


def test_a_long_list_comes_page_by_page() -> None:
    project = make_project()
    Annotator.objects.bulk_create(
        Annotator(project=project, name=f"ann-{number:03}") for number in range(PAGE + 5)
    )
    lines = annotator_lines(project).people

    first = people_page(lines, sort="name", page=1)
    second = people_page(lines, sort="name", page=2)

    assert (len(first.rows), len(second.rows)) == (PAGE, 5)
    assert (first.previous, first.following, second.following) == ("", "?sort=name&page=2", "")
    assert (second.first, second.last) == (PAGE + 1, PAGE + 5)


def test_a_project_nobody_judged_says_what_belongs_here(reader: Client) -> None:
    make_project()

    assert "Whoever judges a text" in text_of(reader, LIST)


def test_many_answers_are_measured_by_a_job(
    reader: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "AT_ONCE", 10)
    assert "has not been worked out yet" in text_of(reader, LIST)

    reader.post(f"{LIST}measure/")
    reader.post(f"{LIST}measure/")

    assert [job.kind for job in Job.objects.all()] == ["annotators"]
    assert "waits for a worker" in text_of(reader, LIST)


def test_one_annotator_close_up(reader: Client, project: Project) -> None:
    page = text_of(reader, one("sim-05"))

    for heading in ("Figures", "Labels and time", "Known answers", "What was done"):
        assert f"<h2>{heading}</h2>" in page
    assert "The project without this annotator" in page
    assert "Krippendorff" in page
    assert "40 random votes less" in page
    assert 'class="strip' in page


def test_the_projects_votes_are_only_recounted_when_asked_for_where_they_are_many(
    reader: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person, "AT_ONCE", 10)

    assert "Work it out" in text_of(reader, one("sim-05"))
    assert "Krippendorff" in text_of(reader, f"{one('sim-05')}?without")


def test_repeats_and_changes_are_shown(reader: Client, project: Project) -> None:
    who = project.annotators.get(name="sim-01")
    first = Annotation.objects.filter(annotator=who).select_related("task", "label")[0]
    again = Task.objects.create(
        round=first.task.round, example=first.task.example, purpose=Task.Purpose.REPEAT
    )
    assert first.label is not None
    other = project.labels.exclude(name=first.label.name).get()
    Annotation.objects.create(task=again, annotator=who, label=other)
    AnnotationChange.objects.create(
        task=first.task, annotator=who, kind="undone", before=other, after=None
    )

    page = text_of(reader, one("sim-01"))

    assert "0 of 1 labelled as before" in page
    assert "1 answer taken back or changed" in page


def test_somebody_without_answers_has_a_page(reader: Client) -> None:
    project = make_project()
    annotate(project, ["joke", "joke"])
    project.annotators.create(name="idle")

    assert "Has given no answer yet." in text_of(reader, one("idle"))


@pytest.mark.parametrize("name", ["a/b c", "x?y#z", "<b>&amp;", "Ünïcode 名", "q\"'"])
def test_any_name_has_a_page_of_its_own(reader: Client, name: str) -> None:
    project = make_project()
    annotate(project, ["joke", "joke"])
    Annotator.objects.filter(name="ann-1").update(name=name)

    listed = text_of(reader, LIST)
    link = listed.split('href="/projects/jokes/annotators/by-name/')[1].split('"')[0]
    page = text_of(reader, f"{LIST}by-name/{unescape(link)}")

    assert "<b>" not in page
    assert "Pause" in page


def test_nobody_and_nothing_are_not_found(reader: Client, project: Project) -> None:
    assert reader.get(one("nobody")).status_code == 404
    assert reader.get(one("sim-05", "ban")).status_code == 404


def test_setting_votes_aside_is_asked_once_more_with_what_it_means(
    reader: Client, project: Project
) -> None:
    page = text_of(reader, one("sim-05", "requeue"))

    assert "40 votes would stop counting; none is deleted." in page
    assert "40 texts would be asked of others" in page
    assert "The project without their votes" in page
    assert project.annotators.get(name="sim-05").standing == "good"


def test_it_is_done_by_the_person_who_confirms_it(reader: Client, project: Project) -> None:
    text_of(reader, LIST)

    answer = reader.post(one("sim-05", "requeue"), {"reason": "looked at it"}, follow=True)

    action = project.annotators.get(name="sim-05").actions.get()
    assert (action.kind, action.by, action.tasks) == ("requeued", "admin", 40)
    assert action.figures["figures"]["agreement"]["n"] > 0
    page = answer.content.decode()
    assert "looked at it" in page
    assert "Let votes count again" in page
    assert "1 set aside" in text_of(reader, LIST)


def test_without_a_reason_nothing_is_done(reader: Client, project: Project) -> None:
    answer = reader.post(one("sim-05", "pause"), {"reason": " "})

    assert "Say why" in answer.content.decode()
    assert project.annotators.get(name="sim-05").standing == "good"


def test_what_does_not_fit_says_so(reader: Client, project: Project) -> None:
    assert "does not fit" in text_of(reader, one("sim-05", "restore"))

    answer = reader.post(one("sim-05", "restore"), {"reason": "x"}, follow=True)

    assert "was already in good standing" in answer.content.decode()
    assert project.annotators.get(name="sim-05").actions.count() == 0


def test_somebody_is_found_by_an_id_that_stays_out_of_the_address(reader: Client) -> None:
    project = make_project()
    target = make_round(project, front="page")
    project.annotators.create(name=worker_name(target, "5f3c1"))

    found = reader.post(f"{LIST}find/", {"id": "5f3c1"})
    missed = reader.post(f"{LIST}find/", {"id": "other"}, follow=True)

    assert found.headers["Location"] == one(worker_name(target, "5f3c1"))
    assert "Nobody in this project" in missed.content.decode()


def test_the_rule_is_off_until_somebody_asks_for_it(reader: Client, project: Project) -> None:
    assert 'value="off" checked' in text_of(reader, LIST)

    reader.post(f"{LIST}rule/", {"rule": "warn"})
    refused = reader.post(f"{LIST}rule/", {"rule": "ban"}, follow=True)

    project.refresh_from_db()
    assert project.annotator_rule == "warn"
    assert "There is no rule" in refused.content.decode()


def test_a_warned_person_reads_the_warning_beside_the_next_text(reader: Client) -> None:
    target = make_room(texts=3)
    path = f"/annotate/{target.key}/"
    assert "Please slow down." not in text_of(reader, path)
    who = target.project.annotators.get(name=member_name("admin"))

    reader.post(one(who.name, "warn"), {"reason": "fast", "told": "Please slow down."})

    assert "Please slow down." in text_of(reader, path)
    assert "They read: “Please slow down.”" in text_of(reader, one(who.name))
