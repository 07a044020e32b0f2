"""`token create USER NAME --scope read`, `token list [USER]`, `token revoke USER ID`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from curation.errors import BadInput
from curation.management.base import ConcordCommand
from curation.models import ApiToken
from curation.services.tokens import Scope, as_json, create_token, revoke_token, tokens_of


class Command(ConcordCommand):
    help = "Make, list and revoke the tokens that programs use the interface with."

    def add_options(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="make a token; its key is printed this once")
        create.add_argument("user")
        create.add_argument("name", help="what it is for")
        create.add_argument(
            "--scope", action="append", choices=list(Scope), help="read if left out"
        )
        create.add_argument("--project", help="the only project it opens")
        create.add_argument("--days", type=int, help="until it expires; for ever if left out")
        listed = verbs.add_parser("list", help="the tokens of one user, or of all")
        listed.add_argument("user", nargs="?")
        revoke = verbs.add_parser("revoke", help="end a token at once")
        revoke.add_argument("user")
        revoke.add_argument("token", type=int, help="its number, as list says")

    def run(self, **options: Any) -> None:
        verbs: dict[str, Callable[[dict[str, Any]], None]] = {
            "create": self.create,
            "list": self.list,
            "revoke": self.revoke,
        }
        verbs[options["verb"]](options)

    def create(self, options: dict[str, Any]) -> None:
        project = self.get_project(options["project"]) if options["project"] else None
        made = create_token(
            _user(options["user"]),
            name=options["name"],
            scopes=options["scope"] or [Scope.READ],
            project=project,
            days=options["days"],
        )
        self.answer(
            _plain({**as_json(made.token), "key": made.key}),
            f"{made.key}\nThis is token {made.token.pk}; its key is not stored and cannot be shown "
            "again. Send it as: Authorization: Bearer KEY",
        )

    def list(self, options: dict[str, Any]) -> None:
        if options["user"]:
            tokens = tokens_of(_user(options["user"]))
        else:
            tokens = ApiToken.objects.filter(revoked_at=None).select_related("project", "user")
        lines = [_line(token) for token in tokens]
        self.answer(
            {"tokens": [_plain(as_json(token)) for token in tokens]},
            "\n".join(lines)
            or "There are no tokens; make one with: manage.py token create USER NAME --scope read",
        )

    def revoke(self, options: dict[str, Any]) -> None:
        token = revoke_token(_user(options["user"]), options["token"])
        self.answer(_plain(as_json(token)), f"Token {token.pk} ({token.name}) is revoked.")


def _user(name: str) -> Any:
    users = get_user_model()
    found = users.objects.filter(**{users.USERNAME_FIELD: name}).first()
    if found is None:
        raise BadInput(f"There is no user {name!r}; make one with: manage.py createsuperuser")
    return found


def _line(token: ApiToken) -> str:
    where = token.project.slug if token.project else "every project"
    ends = token.expires_at.date().isoformat() if token.expires_at else "no end"
    return (
        f"{token.pk:>5}  {token.user.get_username():<16}{token.prefix}…  {token.name:<24}"
        f"{'+'.join(token.scopes):<22}{where:<20}{ends}"
    )


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    """The same with times as JSON writes them."""
    plain: dict[str, Any] = json.loads(json.dumps(told, cls=DjangoJSONEncoder))
    return plain
