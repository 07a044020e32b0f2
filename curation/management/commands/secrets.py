"""`secrets`: keys to other servers, sealed; set, listed, deleted, sealed anew."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Any

from django.core.management.base import CommandParser

from curation.errors import BadInput
from curation.management.base import ConcordCommand
from curation.models import Project, Secret
from curation.services.secrets import forget_secret, keep_secret, renew_secrets


class Command(ConcordCommand):
    help = "Keep keys of language models and tokens of Label Studio, sealed in the database."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["set", "list", "delete", "rotate"])
        parser.add_argument("kind", nargs="?", choices=Secret.Kind.values)
        parser.add_argument(
            "--address", help="the only server that it is sent to, like https://api.openai.com/v1"
        )
        parser.add_argument("--project", help="a project's slug; without it, for all projects")

    def run(self, **options: Any) -> None:
        action = options["action"]
        if action == "list":
            return self._list()
        if action == "rotate":
            return self._rotate()
        if not options["kind"] or not options["address"]:
            raise BadInput(
                f"Say which: manage.py secrets {action} llm_key --address "
                "https://api.openai.com/v1 (the key itself is read from standard input)."
            )
        project = self.get_project(options["project"]) if options["project"] else None
        if action == "delete":
            forget_secret(options["kind"], address=options["address"], project=project)
            return self.answer({"deleted": True}, "It is deleted.")
        return self._set(options["kind"], options["address"], project)

    def _set(self, kind: str, address: str, project: Project | None) -> None:
        # never an argument: those are seen by everybody on the machine, and kept by the shell
        asked = sys.stdin.isatty()
        value = getpass("The key (it is not shown): ") if asked else sys.stdin.readline()
        secret = keep_secret(kind, value, address=address, project=project, by="command")
        whose = f"project {project.slug}" if project else "all projects"
        self.answer(_line(secret), f"The {kind} for {secret.address} is kept for {whose}.")

    def _list(self) -> None:
        kept = [_line(secret) for secret in Secret.objects.select_related("project")]
        text = "\n".join(
            f"{one['kind']}  {one['address']}  {one['project'] or 'all projects'}  "
            f"{'…' + one['ending'] if one['ending'] else 'set'}  by {one['by']}, {one['at'][:10]}"
            for one in kept
        )
        self.answer({"secrets": kept}, text or "No secrets are kept.")

    def _rotate(self) -> None:
        went = renew_secrets()
        lost = f" Set again, since no known key opens it: {', '.join(went.lost)}." * bool(went.lost)
        self.answer(
            {"renewed": went.renewed, "lost": went.lost},
            f"{went.renewed} are sealed under the present key.{lost}",
        )


def _line(secret: Secret) -> dict[str, Any]:
    return {
        "kind": secret.kind,
        "address": secret.address,
        "project": secret.project.slug if secret.project else None,
        "ending": secret.ending,
        "by": secret.set_by,
        "at": secret.set_at.isoformat(),
    }
