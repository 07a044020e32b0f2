"""`labelstudio install|start|stop|status`: the server of our own."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from curation.management.base import ConcordCommand
from curation.services.fronts import embedded_server


class Command(ConcordCommand):
    help = "Install, start, stop or look at a Label Studio server on this machine."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["install", "start", "stop", "status"])

    def run(self, **options: Any) -> None:
        server = embedded_server()
        with self.progress(f"Label Studio: {options['action']}") as progress:
            say = partial(progress, 0, 0)
            if options["action"] in {"install", "start"}:
                server.install(say)
            if options["action"] == "start":
                server.start(say)
            if options["action"] == "stop":
                server.stop()
        status = server.status()
        url = status.url
        self.answer(
            {"installed": status.installed, "running": status.healthy, "url": url},
            _text(running=status.healthy, installed=status.installed, url=url),
        )


def _text(*, running: bool, installed: bool, url: str | None) -> str:
    if running:
        return f"Label Studio runs at {url}; its login is in the data folder's credentials.json."
    return "Label Studio is installed and stopped." if installed else "It is not installed yet."
