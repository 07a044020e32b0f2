from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from curation.errors import CurationError
from curation.label_studio.client import LabelStudioClient
from curation.label_studio.connect import connect
from curation.label_studio.errors import BadAddress, BadToken
from curation.label_studio.fake import FakeLabelStudio


def test_an_address_that_begins_with_fake_gives_the_stand_in(tmp_path: Path) -> None:
    front = connect(f"fake:{tmp_path}/front.sqlite3", token="")

    assert isinstance(front, FakeLabelStudio)


def test_any_other_address_gives_a_client_that_has_sent_nothing_yet() -> None:
    front = connect(" http://127.0.0.1:1/prefix/ ", token=" abc ")

    assert isinstance(front, LabelStudioClient)
    assert front.url == "http://127.0.0.1:1/prefix"
    front.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "labels.example.org",
        "localhost:8390",
        "ftp://labels.example.org",
        "http://",
        "http://[::1",
        "http://host:port",
        "http://host:99999",
        "http://a b",
        "http://user:secret@host",
        "http://host/?page=1",
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(BadAddress, match="give one like"):
        connect(url, token="abc")


@pytest.mark.parametrize("token", ["", "  ", "two words", "töken", "a\nb"])
def test_what_is_no_token_is_refused_with_a_sentence(token: str) -> None:
    with pytest.raises(BadToken, match="copy it again"):
        connect("http://127.0.0.1:1", token=token)


@pytest.mark.parametrize("path", ["no/such/folder/front.sqlite3", ""])
def test_a_stand_in_without_a_place_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(BadAddress, match="fake front"):
        connect(f"fake:{tmp_path / path}", token="")


def test_every_problem_of_the_front_is_a_curation_error() -> None:
    assert issubclass(BadAddress, CurationError)


def test_importing_the_folder_loads_no_sdk_and_no_http_client() -> None:
    modules = ["connect", "client", "accounts", "embedded", "fake", "transport"]
    program = (
        f"import sys; {'; '.join(f'import curation.label_studio.{name}' for name in modules)}; "
        "print([name for name in ('label_studio_sdk', 'httpx', 'django') if name in sys.modules])"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert printed.stdout.strip() == "[]"
