from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from curation.errors import BadInput, BadRows, FrontProblem
from curation.importers.guessing import Columns
from curation.models import AnnotationRound, Example, FirstSteps, Membership, Project, Secret
from curation.services.first_steps.people import (
    begin_on_page,
    judge_in_label_studio,
    judge_on_page,
)
from curation.services.first_steps.question import (
    LabelSaid,
    Question,
    begin_project,
    change_question,
)
from curation.services.first_steps.standing import begun, next_step, note
from curation.services.first_steps.uploads import (
    Choice,
    import_upload,
    keep_upload,
    look_at_upload,
)
from tests.factories import make_example, make_member, make_project

pytestmark = pytest.mark.django_db

KEY = uuid.UUID(int=7)
LABELS = [LabelSaid(title="Spam", description="Not asked for."), LabelSaid(title="Not spam!")]
CSV = b"message,kind\nWin a prize now,1\nSee you at six,0\nCall me back,0\n"
COLUMNS = Columns(text="message", label="kind")


@pytest.fixture
def mira(django_user_model: Any) -> User:
    user: User = django_user_model.objects.create_user("mira")
    return user


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


def kept(project: Project, content: bytes = CSV, name: str = "My texts.csv") -> str:
    return keep_upload(project, name, [content])


def test_whoever_makes_a_project_owns_it(mira: User) -> None:
    project = begin_project(mira, Question(title="Spam or not?", labels=LABELS), key=KEY)

    assert project.slug == "spam-or-not"
    assert list(project.labels.values_list("name", "title")) == [
        ("spam", "Spam"),
        ("not_spam", "Not spam!"),
    ]
    assert Membership.objects.get(project=project).user == mira


def test_the_same_form_sent_twice_makes_one_project(mira: User) -> None:
    said = Question(title="Spam", labels=LABELS)

    made = [begin_project(mira, said, key=KEY) for _ in range(2)]

    assert made[0] == made[1]
    assert Project.objects.count() == 1


def test_another_form_of_that_title_makes_another_project(mira: User) -> None:
    said = Question(title="Спам", labels=LABELS)

    slugs = [begin_project(mira, said, key=uuid.UUID(int=n)).slug for n in range(3)]

    assert slugs == ["project", "project-2", "project-3"]


def test_a_form_of_somebody_else_is_not_led_to_their_project(mira: User) -> None:
    other = make_member(make_project("others"))
    begin_project(other, Question(title="Spam", labels=LABELS), key=KEY)

    with pytest.raises(BadInput, match="used before"):
        begin_project(mira, Question(title="Spam", labels=LABELS), key=KEY)


def test_a_template_gives_its_codes_and_its_way_of_writing(mira: User) -> None:
    labels = [LabelSaid(title="Ordinary message"), LabelSaid(title="Spam")]
    said = Question(title="Mine", labels=labels, style="text messages", like="sms_spam")

    project = begin_project(mira, said, key=KEY)

    assert project.label_names() == ["ham", "spam"]
    assert project.writing["words"] == [4, 32]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([LabelSaid(title="Spam")], "at least two"),
        ([LabelSaid(title="Spam"), LabelSaid(title="spam!")], "more than once"),
        ([LabelSaid(title="", description="no name"), *LABELS], "has no name"),
        ([LabelSaid(title="NUL\x00"), *LABELS], "NUL"),
    ],
)
def test_labels_that_cannot_be_make_nothing(mira: User, labels: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        begin_project(mira, Question(title="Spam", labels=labels), key=KEY)

    assert not Project.objects.exists()
    assert not FirstSteps.objects.exists()


def test_labels_can_be_others_until_texts_are_there(project: Project) -> None:
    change_question(project, Question(title="Spam", labels=LABELS, style="tweets"))
    project.refresh_from_db()
    make_example(project)

    with pytest.raises(BadInput, match="none can be added"):
        change_question(project, Question(title="Spam", labels=[*LABELS, LabelSaid(title="Odd")]))

    renamed = [LabelSaid(title="Junk", description="new"), LABELS[1]]
    change_question(project, Question(title="Junk", labels=renamed))
    project.refresh_from_db()
    assert project.labels.get(name="spam").title == "Junk"
    assert (project.title, project.writing) == ("Junk", {})


def test_an_upload_is_seen_before_it_is_stored(project: Project) -> None:
    looked = look_at_upload(project, kept(project))

    assert looked.name == "my-texts.csv"
    assert looked.columns == COLUMNS
    assert looked.values == {"0": 2, "1": 1}
    assert not project.examples.exists()


def test_an_upload_becomes_real_test_texts_by_the_meanings_given(project: Project) -> None:
    choice = Choice(columns=COLUMNS, meanings={"1": "joke", "0": "news"})

    imported = import_upload(project, kept(project), choice, split="test")
    again = import_upload(project, kept(project), choice, split="test")

    golds = project.examples.filter(split="test", source="real", gold_label__name="news")
    assert (imported.added, again.added, again.unchanged) == (3, 0, 3)
    assert golds.count() == 2


def test_a_bad_row_keeps_the_whole_file_out_until_it_shall_be_left_out(project: Project) -> None:
    key = kept(project, CSV + b" ,1\n")
    meanings = {"1": "joke", "0": "news"}

    with pytest.raises(BadRows, match=r"my-texts.csv has 1 bad row.*line 5.*tick"):
        import_upload(project, key, Choice(columns=COLUMNS, meanings=meanings), split="test")
    assert not project.examples.exists()

    choice = Choice(columns=COLUMNS, meanings=meanings, skip_bad=True)
    assert len(import_upload(project, key, choice, split="test").skipped) == 1


def test_a_file_none_of_whose_rows_can_be_taken_stores_nothing(project: Project) -> None:
    choice = Choice(columns=COLUMNS, meanings={"1": "", "0": ""})

    with pytest.raises(BadInput, match=r"No row of my-texts.csv could be taken"):
        import_upload(project, kept(project), choice, split="test")


def test_texts_to_judge_need_no_labels(project: Project) -> None:
    choice = Choice(columns=Columns(text="message"), meanings={})

    import_upload(project, kept(project), choice, split="pool")

    assert Example.objects.filter(project=project).to_judge().count() == 3


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("texts.xlsx", b"PK", "must end in .csv or .jsonl"),
        ("texts.csv", b"", "is empty"),
    ],
)
def test_what_is_no_table_is_not_kept(
    project: Project, concord_home: Path, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        keep_upload(project, name, [content])

    assert not list(concord_home.glob("uploads/*"))


def test_errors_name_the_file_and_not_its_place(project: Project, concord_home: Path) -> None:
    key = kept(project, "text\nŸ".encode("utf-16"))

    with pytest.raises(BadInput, match=r"'my-texts\.csv' is UTF-16") as refusal:
        look_at_upload(project, key)

    assert str(concord_home) not in str(refusal.value)


@pytest.mark.parametrize("key", ["../secret_key", "0123456789abcdef-x.csv", "x" * 300])
def test_only_ones_own_uploads_are_found(project: Project, key: str) -> None:
    foreign = kept(make_project("others"))

    for name in (key, foreign):
        with pytest.raises(BadInput, match="not here any more"):
            look_at_upload(project, name)


def test_uploads_that_nobody_came_back_for_go(project: Project, concord_home: Path) -> None:
    kept(project)
    for path in concord_home.glob("uploads/*"):
        os.utime(path, (0, 0))

    key = kept(project)

    assert [path.name for path in concord_home.glob("uploads/*")] == [f"{project.pk}-{key}"]


def test_label_studio_is_asked_before_anything_is_kept(project: Project, tmp_path: Path) -> None:
    url = f"fake:{tmp_path / 'front.json'}"

    judge_in_label_studio(project, overlap=5, url=url, token="a-token", by="mira")

    said = FirstSteps.objects.get(project=project)
    project.refresh_from_db()
    assert (said.front, said.server, project.overlap) == ("label_studio", url, 5)
    assert Secret.objects.get(project=project).kind == "label_studio_token"


def test_a_server_that_is_away_changes_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def check(self) -> None:
            raise FrontProblem("It does not answer.")

        def close(self) -> None:
            """Nothing is open."""

    monkeypatch.setattr("curation.services.first_steps.people.connect", lambda url, token: Away())

    with pytest.raises(FrontProblem):
        judge_in_label_studio(project, overlap=5, url="http://x", token="t", by="mira")

    project.refresh_from_db()
    assert project.overlap == 3
    assert not FirstSteps.objects.exists()
    assert not Secret.objects.exists()


def test_beginning_twice_opens_one_round(project: Project) -> None:
    make_example(project)
    first = begin_on_page(project)
    make_example(project)

    second = begin_on_page(project)

    assert first == second
    assert second.tasks.count() == 2
    assert AnnotationRound.objects.count() == 1
    assert not begun(Project.objects.all())


def test_the_next_step_is_the_first_that_is_not_done(project: Project) -> None:
    steps = [next_step(project)]
    note(project, without_test=True)
    steps.append(next_step(project))
    note(project, writer={"model": "tiny"})
    steps.append(next_step(project))
    judge_on_page(project, overlap=2)
    steps.append(next_step(project))

    assert steps == ["data", "model", "people", "first"]
    assert begun(Project.objects.all()) == {project.pk}
