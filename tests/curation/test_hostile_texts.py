"""Texts, labels and people whose names are made to break pages, pictures, addresses and files."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
import yaml
from django.test import Client

from curation.datasets import Policy
from curation.models import Annotation, Annotator, Project, Task
from curation.progress import silent
from curation.services.aggregating.comparing import compare_aggregators
from curation.services.datasets import curate_dataset
from curation.services.importing_versions import import_dataset
from curation.services.projects import NewLabel, create_project
from tests.factories import make_example, make_round

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
LABELS = [
    "constructor", "__proto__", "a/b", "=1+1", "threshold", "way", "with spaces, and commas",
    SCRIPT, "'\"><img src=x onerror=alert(1)>", "\u202eknil", "👩‍👩‍👧", "..", "note", "%s{0}{{x}}",
]  # fmt: skip
PEOPLE = ["../x", "a/b?c#d", SCRIPT, 'ann, "the" second', "\u202eeve", "__proto__"]
IDS = ["a/b?c#d", "../x", "/", "x/", ".", "..", "<b>", "%2F..%2F", "%", "=1+1", "a b", "\u202eid",
       "do/keep", "x" * 120, "😀", "'\"><img src=x>", "//host/x", "a\\b", "x/../../y",
       "a\nb"]  # fmt: skip
TEXTS = [
    SCRIPT, "</script><svg onload=alert(1)>", '"><img src=x onerror=alert(1)>', "x" * 100_000,
    "\u202eright to left\u2066", "😀" * 50, "{{ project.slug }} {% url 'x' %}", "]]>", "&lt;b&gt;",
    "=cmd|' /C calc'!A0", "\u2028\u2029\x0b\x1f\x7f", "`${alert(1)}`", "a" * 3_000 + "\n" * 500,
]  # fmt: skip
SITE = "/projects/jokes/"


@pytest.fixture
def project() -> Project:
    """Each of the ids, with one of the texts, judged by everybody, most with label after label."""
    labels = [NewLabel(name=name, title=name, description=SCRIPT) for name in LABELS]
    project = create_project("jokes", labels=labels, title=SCRIPT, description=SCRIPT)
    keys = list(project.labels.order_by("position"))
    people = [Annotator.objects.create(project=project, name=name) for name in PEOPLE]
    target = make_round(project)
    for number, name in enumerate(IDS):
        text = TEXTS[number % len(TEXTS)] + (str(number) if number >= len(TEXTS) else "")
        example = make_example(project, text, name=name, intended=LABELS[number % len(LABELS)])
        task = Task.objects.create(round=target, example=example)
        for place, person in enumerate(people):
            label = keys[(number + (place % 3 == 2 and number % 2)) % len(keys)]
            Annotation.objects.create(task=task, annotator=person, label=label)
    curate_dataset(project, Policy(threshold=0.9), note=SCRIPT)
    curate_dataset(project, Policy(keep_share=0.5))
    return project


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


def sound(answer: Any) -> str:
    """The page, if nothing in it is taken for markup and its pictures are whole."""
    page = answer.content.decode()
    assert answer.status_code == 200
    for wrong in (SCRIPT, "<svg onload", "<img src=x", "<b>"):
        assert wrong not in page, wrong
    for drawing in re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL):
        ElementTree.fromstring(drawing.replace("&nbsp;", " "))
    return page


PAGES = [
    "", "agreement/", "agreement/aggregators/", "versions/", "versions/1/", "versions/2/",
    "versions/1/?show=dropped&order=disputed", "versions/1/diff/2/", "versions/2/diff/1/?show=in",
    "versions/1/lineage/", "versions/freeze/?threshold=0.6", "explore/", "explore/?way=all",
    "explore/margin/?threshold=0.7", "explore/?threshold=0.7", "explore/?way=per_label&"
    + "&".join(f"threshold_{quote(name)}=0.7" for name in LABELS), "report/",
]  # fmt: skip


def test_pages_show_any_text_as_text(reader: Client, project: Project) -> None:
    compare_aggregators(project, silent)

    drawn = sum(sound(reader.get(SITE + path)).count("</svg>") for path in PAGES)

    assert drawn > len(PAGES)


def test_every_row_has_a_page_whatever_its_id(reader: Client, project: Project) -> None:
    listed = [
        link
        for page in (reader.get(f"{SITE}versions/1/?show={show}").content.decode()
                     for show in ("kept", "dropped"))
        for link in re.findall(r'<p class="name"><a href="([^"]+)"', page)
    ]  # fmt: skip

    assert len(listed) == len(IDS)
    for link in listed:
        sound(reader.get(link.replace("&amp;", "&").replace("&#x27;", "'")))


def test_the_numbers_of_the_explorer_name_every_label(reader: Client, project: Project) -> None:
    each = {"way": "per_label"} | {f"threshold_{name}": "0.5" for name in LABELS}

    told = reader.get(f"{SITE}explore/numbers/", each).json()

    assert set(told["labels"]) == set(LABELS)
    assert told["kept"] == len(IDS)
    again = reader.get(f"{SITE}explore/numbers/?{told['query']}").json()
    assert again["labels"] == told["labels"]
    for part in (told["finding"], told["answer"]):
        assert SCRIPT not in part
        assert "<img src=x" not in part


def test_a_threshold_for_each_label_can_be_frozen_from_the_page(
    reader: Client, project: Project
) -> None:
    each = {"way": "per_label"} | {f"threshold_{name}": "0.6" for name in LABELS}

    answer = reader.post(f"{SITE}versions/freeze/", each, follow=True)

    sound(answer)
    policy = project.dataset_versions.get(number=3).policy
    assert policy["label_thresholds"] == dict.fromkeys(LABELS, 0.6)


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "huggingface", "croissant"])
def test_any_text_is_taken_along_and_brought_back(
    reader: Client, project: Project, form: str, tmp_path: Any
) -> None:
    path = tmp_path / "out.zip"
    path.write_bytes(b"".join(reader.get(f"{SITE}versions/1/{form}/")))

    back = import_dataset(path, slug="copy").version

    rows = back.rows.values_list("example__external_id", "example__text", "label__name")
    original = project.dataset_versions.get(number=1)
    assert set(rows) == set(
        original.rows.values_list("example__external_id", "example__text", "label__name")
    )
    assert back.fingerprint == original.fingerprint


def test_no_cell_of_a_csv_file_is_run_by_a_spreadsheet(reader: Client, project: Project) -> None:
    content = b"".join(reader.get(f"{SITE}versions/1/csv/"))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                table = csv.reader(io.StringIO(archive.read(name).decode(), newline=""))
                assert not [cell for line in table for cell in line if re.match(r"[=+@\t\r]", cell)]
            assert ".." not in name.split("/")


def test_card_and_lineage_are_whole_whatever_names_are_in_them(
    reader: Client, project: Project
) -> None:
    lineage = reader.get(f"{SITE}versions/1/prov.json").content.decode()
    card = reader.get(f"{SITE}versions/1/card/").content.decode()

    front = yaml.safe_load(card.split("---\n")[1])
    assert isinstance(front, dict)
    assert json.loads(lineage)["entity"]
    for person in ('the\\" second', 'the" second', "b?c#d", "\u202eeve"):
        assert person not in lineage + card
