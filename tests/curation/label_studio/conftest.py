"""Fronts to test against: the fake one always, a real server under `-m live`."""

from __future__ import annotations

import os
import random
import socket
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest

from curation.label_studio.accounts import PersonSession
from curation.label_studio.client import LabelStudioClient
from curation.label_studio.credentials import Credentials
from curation.label_studio.embedded import EmbeddedServer
from curation.label_studio.fake import FakeLabelStudio
from curation.label_studio.front import AnnotatorSession
from curation.label_studio.interface import labelling_config
from curation.label_studio.records import LabelChoice, TaskToPush
from tests.curation.label_studio.asking import PASSWORD

DEFAULT_VENV = Path(__file__).parents[3] / "var" / "label_studio" / "venv"
CONFIG = labelling_config(
    [
        LabelChoice(code="irony", title="Ironic", description="Means the opposite."),
        LabelChoice(code="none", title="Not ironic"),
    ],
    question="Is this text ironic?",
)


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    def find() -> int:
        # below the ports that the system gives to outgoing connections: while a server is down,
        # one of those could take its port. Not by the seeded `random`: tests that run side by
        # side have the same seed, and would draw the same port
        for port in random.SystemRandom().sample(range(20_000, 32_000), 100):
            with closing(socket.socket()) as probe, suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
        raise AssertionError("no port is free")

    return find


@pytest.fixture(scope="session")
def label_studio(
    tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]
) -> Iterator[EmbeddedServer]:
    """A real Label Studio with an empty database; its virtual environment must exist."""
    venv = Path(os.environ.get("CONCORD_LS_VENV", DEFAULT_VENV))
    if not (venv / "bin" / "label-studio").exists():
        pytest.skip(
            f"no Label Studio in {venv}; run manage.py labelstudio install, or set CONCORD_LS_VENV"
        )
    home = tmp_path_factory.mktemp("label_studio_home")
    server = EmbeddedServer(home, port=free_port(), venv=venv)
    server.install()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def label_studio_credentials(label_studio: EmbeddedServer) -> Credentials:
    return label_studio.credentials()


@pytest.fixture
def real(label_studio_credentials: Credentials) -> Iterator[LabelStudioClient]:
    with closing(
        LabelStudioClient(label_studio_credentials.url, label_studio_credentials.token)
    ) as client:
        yield client


@pytest.fixture
def fake(tmp_path: Path) -> FakeLabelStudio:
    return FakeLabelStudio(tmp_path / "front.sqlite3")


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.live)])
def front(request: pytest.FixtureRequest) -> Any:
    """One front after the other: what holds for one must hold for both."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def signed_in(label_studio_credentials: Credentials) -> Iterator[Callable[[str], PersonSession]]:
    """People at work on the real server: logging in takes long, so each does it once."""
    credentials = label_studio_credentials
    sessions: dict[str, PersonSession] = {}
    with ExitStack() as stack:
        admin = stack.enter_context(closing(LabelStudioClient(credentials.url, credentials.token)))

        def session(email: str) -> PersonSession:
            if email not in sessions:
                person = admin.annotator(email, password=PASSWORD, name=email.partition("@")[0])
                assert isinstance(person, PersonSession)
                sessions[email] = stack.enter_context(closing(person))
            return sessions[email]

        yield session


@pytest.fixture
def person(front: Any, request: pytest.FixtureRequest) -> Callable[[str], AnnotatorSession]:
    """Somebody at work on the front, by e-mail."""
    if isinstance(front, LabelStudioClient):
        found: Callable[[str], AnnotatorSession] = request.getfixturevalue("signed_in")
        return found
    return lambda email: front.annotator(email, password=PASSWORD, name="")


@pytest.fixture
def ann(person: Callable[[str], AnnotatorSession]) -> AnnotatorSession:
    return person("ann@crowd.local")


@pytest.fixture
def key() -> str:
    return f"test {uuid.uuid4()}"


@pytest.fixture
def project(front: Any, key: str) -> Iterator[int]:
    """An empty remote project with overlap 3."""
    project_id = front.ensure_project(
        key=key, title="Irony in tweets", config=CONFIG, overlap=3, instructions="Read it twice."
    )
    yield project_id
    front.delete_project(project_id)


@pytest.fixture
def config() -> str:
    return CONFIG


@pytest.fixture
def texts() -> Callable[..., list[TaskToPush]]:
    def make(count: int, prefix: str = "ex") -> list[TaskToPush]:
        return [
            TaskToPush(external_id=f"{prefix}-{number}", text=f"Text number {number}")
            for number in range(count)
        ]

    return make


STUB_COMMAND = """
import faulthandler, http.server, json, os, pathlib, sys, time

faulthandler.dump_traceback_later(60)  # the log then tells where it hangs
data = pathlib.Path(os.environ["LABEL_STUDIO_BASE_DATA_DIR"])
data.joinpath(f"environment-{sys.argv[1]}.json").write_text(json.dumps(dict(os.environ)))
if sys.argv[1] == "version":
    data.joinpath("database").touch()
    sys.exit(0)
if data.joinpath("broken").exists():
    sys.exit("the disk is full")
if data.joinpath("slow").exists():
    print("moving the database", flush=True)
    time.sleep(600)
token = data / "token"  # like the real one, it takes the first token and keeps it
if not token.exists():
    token.write_text(os.environ["LABEL_STUDIO_USER_TOKEN"])

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.headers.get("Authorization") == f"Token {token.read_text()}"
        good = known or self.path == "/health"
        body = json.dumps({"email": os.environ["LABEL_STUDIO_USERNAME"]}).encode()
        self.send_response(200 if good else 401)
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass

port = int(sys.argv[sys.argv.index("--port") + 1])
host = sys.argv[sys.argv.index("--internal-host") + 1]
server = http.server.ThreadingHTTPServer((host, port), Handler)
faulthandler.cancel_dump_traceback_later()
server.serve_forever()
"""


@pytest.fixture
def stub_venv(tmp_path: Path) -> Path:
    """An environment whose `label-studio` is the stand-in above, which starts at once."""
    folder = tmp_path / "venv" / "bin"
    folder.mkdir(parents=True)
    folder.joinpath("python").symlink_to(sys.executable)
    folder.joinpath("label-studio").write_text(STUB_COMMAND)
    return folder.parent


@pytest.fixture
def stub_server(
    tmp_path: Path, stub_venv: Path, free_port: Callable[[], int]
) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path / "home", port=free_port(), venv=stub_venv)
    server.install()
    yield server
    server.stop()
