"""Who takes part in a round on Label Studio. E-mail addresses are never kept here."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from django.conf import settings

from curation.errors import BadInput, NothingToDo
from curation.label_studio.errors import Refused
from curation.label_studio.front import Front
from curation.models import AnnotationRound, Participation
from curation.progress import Progress, silent
from curation.services.annotating.joining import invite
from curation.services.pulling.deleted import read_everything_again
from curation.services.pulling.naming import pseudonym

MOST_TOGETHER = 1_000


@dataclass(frozen=True, kw_only=True)
class Invited:
    """One person's way in."""

    email: str
    annotator: str  # what the project calls them
    password: str  # "" if they have an account with a password of their own


def deep_link(target: AnnotationRound) -> str:
    """Where annotators start: the first text, past Label Studio's own home page."""
    return f"{target.server_url}/projects/{target.remote_project}/data?labeling=1"


def invite_people(
    target: AnnotationRound, front: Front, emails: Sequence[str], *, progress: Progress = silent
) -> list[Invited]:
    """Make sure that each has an account on the server and a part in the round.

    A password is made from the address and this installation's secret key, so a repeat tells the
    same one, as long as its owner has not changed it. We keep the pseudonym only.

    Raises:
        BadInput: something is no e-mail address; nobody was invited.
        FrontProblem: the server refused or could not be reached; asking again continues.
    """
    addresses = check_emails(emails)
    invited = []
    for number, email in enumerate(addresses):
        progress(number, len(addresses), "making accounts")
        password = _account(target, front, email)
        name = pseudonym(email)
        invite(target, name)
        invited.append(Invited(email=email, annotator=name, password=password))
    return invited


def check_emails(emails: Sequence[str]) -> list[str]:
    """The addresses in lower case, once each.

    >>> check_emails([" Ann@Lab.org", "ann@lab.org", ""])
    ['ann@lab.org']
    """
    addresses = list(dict.fromkeys(email.strip().lower() for email in emails if email.strip()))
    if not addresses:
        raise BadInput("No e-mail address was given; give some like ann@lab.org,bob@lab.org.")
    for email in addresses:
        local, _, domain = email.partition("@")
        if not local or "." not in domain or any(map(str.isspace, email)) or "@" in domain:
            raise BadInput(f"{email!r} is not an e-mail address; nobody was invited.")
    if len(addresses) > MOST_TOGETHER:
        raise BadInput(f"{len(addresses)} addresses are too many; give {MOST_TOGETHER} at most.")
    return addresses


def accept_person(target: AnnotationRound, name: str) -> Participation:
    """Let in somebody whose answers were set aside; the next pull takes them.

    Args:
        name: the pseudonym they were set aside under.

    Raises:
        NothingToDo: nobody of that name answered or takes part.
    """
    known = target.participations.filter(annotator__name=name).first()
    if known is None and not target.strays.filter(annotator=name).exists():
        raise NothingToDo(
            f"Nobody called {name!r} has answered in round {target.number}; those set aside are "
            f"listed by manage.py pull {target.project.slug}."
        )
    part = known or invite(target, name)
    read_everything_again(target)
    return part


def strangers(target: AnnotationRound) -> list[str]:
    """Pseudonyms of people whose answers wait to be accepted."""
    waiting = target.strays.filter(reason="unknown_person").order_by("annotator")
    return list(waiting.values_list("annotator", flat=True).distinct())


def _account(target: AnnotationRound, front: Front, email: str) -> str:
    """The person's password, signed up if they were not; "" if they have one of their own."""
    password = _password(target.server_url, email)
    try:
        with closing(front.annotator(email, password=password, name="")):
            return password
    except Refused as error:
        if "another password" in str(error):
            return ""
        raise


def _password(server: str, email: str) -> str:
    """Twelve letters and digits that nobody can guess who does not have the secret key."""
    material = f"label-studio-password:{server}:{email}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), material, hashlib.sha256).digest()
    text = base64.b32encode(digest).decode().lower()
    return f"{text[:4]}-{text[4:8]}-{text[8:12]}"
