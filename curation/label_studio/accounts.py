"""People on a Label Studio server: signing up by invitation, logging in, answering as oneself.

All of it goes through the pages a person would use, with that person's own cookies: it needs no
token of theirs, so it also works where legacy tokens are switched off.
"""

from __future__ import annotations

import re
from typing import Any

from curation.endpoints.policy import guarded_by
from curation.label_studio.errors import (
    AlreadyThere,
    Gone,
    LabelStudioError,
    Refused,
    ServerFailed,
)
from curation.label_studio.payload import answer_to_json, skip_to_json
from curation.label_studio.transport import Transport, patiently

CSRF_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SHORTEST_PASSWORD = 8  # characters; the sign-up form refuses less


def annotator_session(admin: Transport, email: str, *, password: str, name: str) -> PersonSession:
    """The session of a person, who is signed up first if nobody has that e-mail.

    Raises:
        Refused: the person exists with another password, or the form was refused.
    """
    with guarded_by(admin.endpoints):
        person = Transport(admin.url)
    try:
        if not _log_in(person, email, password) and not _sign_up(admin, person, email, password):
            raise _refusal(admin, email, password)
        return PersonSession(person, email, user_id=_introduce(person, email, name))
    except LabelStudioError:
        person.close()
        raise


class PersonSession:
    """One person at work on the server."""

    def __init__(self, transport: Transport, email: str, *, user_id: int) -> None:
        self._transport = transport
        self._email = email
        self._user_id = user_id

    @property
    def email(self) -> str:
        return self._email

    def annotate(self, task_id: int, label_code: str, *, unique_id: str, seconds: float) -> bool:
        body = answer_to_json(label_code, unique_id=unique_id, seconds=seconds)
        return self._answer(task_id, body)

    def skip(self, task_id: int, *, unique_id: str) -> bool:
        return self._answer(task_id, skip_to_json(unique_id=unique_id))

    def next_task(self, project_id: int) -> int | None:
        doing = f"look for a task of remote project {project_id} for {self._email}"
        try:
            shown = self._transport.get(f"/api/projects/{project_id}/next", doing=doing)
        except Gone:
            return None
        return int(shown["id"])

    def close(self) -> None:
        self._transport.close()

    def _answer(self, task_id: int, body: dict[str, Any]) -> bool:
        doing = f"answer remote task {task_id} as {self._email}"
        path = f"/api/tasks/{task_id}/annotations/"
        try:
            write_as_person(self._transport, "POST", path, doing=doing, json=body)
        except AlreadyThere as error:
            if not self._has_answered(task_id, doing):
                raise Refused(
                    url=self._transport.url,
                    doing=doing,
                    reason=f"it knows unique id {body['unique_id']}, but not from this person here",
                ) from error
            return False
        return True

    def _has_answered(self, task_id: int, doing: str) -> bool:
        task = self._transport.get(f"/api/tasks/{task_id}/", doing=doing)
        people = [annotation.get("completed_by") for annotation in task.get("annotations") or []]
        ids = [person.get("id") if isinstance(person, dict) else person for person in people]
        return self._user_id in ids


def write_as_person(transport: Transport, method: str, path: str, *, doing: str, json: Any) -> Any:
    """Send once with the person's cookies and the proof that our own page sent it."""
    headers = {
        "X-CSRFToken": transport.http.cookies.get("csrftoken", ""),
        "Referer": transport.url + "/",
    }
    return transport.write(method, path, doing=doing, json=json, headers=headers)


def _log_in(person: Transport, email: str, password: str) -> bool:
    doing = f"log in as {email}"
    return _submit(person, "/user/login/", {}, email, password, doing)


def invite_link(admin: Transport) -> str:
    """The address where anybody who has it may sign up."""
    return f"{admin.url}/user/signup/?token={_invitation(admin, 'make an invite link')}"


def _invitation(admin: Transport, doing: str) -> str:
    return str(admin.get("/api/invite", doing=doing)["token"])


def _sign_up(admin: Transport, person: Transport, email: str, password: str) -> bool:
    doing = f"sign up {email}"
    invitation = {"token": _invitation(admin, doing)}
    # somebody else may have signed the same person up since we tried to log in
    return _submit(person, "/user/signup/", invitation, email, password, doing) or _log_in(
        person, email, password
    )


def _submit(
    person: Transport,
    path: str,
    parameters: dict[str, str],
    email: str,
    password: str,
    doing: str,
) -> bool:
    """Fill in a form as a browser would; whether it was accepted, which is a redirect."""
    page = patiently(lambda: person.send("GET", path, doing=doing, params=parameters))
    field = CSRF_FIELD.search(page.text)
    if page.status_code != 200 or field is None:
        reason = f"{page.status_code}: {path} shows no form"
        raise ServerFailed(url=person.url, doing=doing, reason=reason)
    answer = person.send(
        "POST",
        path,
        doing=doing,
        params=parameters,
        data={
            "csrfmiddlewaretoken": field.group(1),
            "email": email,
            "password": password,
            "allow_newsletters": "false",
        },
        headers={"Referer": person.url + path},
    )
    return answer.status_code == 302


def _introduce(person: Transport, email: str, name: str) -> int:
    """Make sure that we are who we mean to be, under that name; the user's id."""
    doing = f"log in as {email}"
    me = person.get("/api/current-user/whoami", doing=doing)
    if str(me.get("email")).lower() != email:
        raise Refused(url=person.url, doing=doing, reason=f"it logged us in as {me.get('email')}")
    user_id = int(me["id"])
    if name and me.get("first_name") != name:
        write_as_person(
            person, "PATCH", f"/api/users/{user_id}/", doing=doing, json={"first_name": name}
        )
    return user_id


def _refusal(admin: Transport, email: str, password: str) -> Refused:
    """Why a person could be neither logged in nor signed up."""
    doing = f"sign up {email}"
    try:
        people = admin.get("/api/users/", doing=doing)
    except Gone:
        people = []
    if email in {str(person.get("email")).lower() for person in people}:
        reason = "this person exists with another password; give that one, or another e-mail"
    elif len(password) < SHORTEST_PASSWORD:
        reason = f"a password needs {SHORTEST_PASSWORD} characters at least"
    else:
        reason = "the sign-up form was not accepted; check that it is an e-mail address"
    return Refused(url=admin.url, doing=doing, reason=reason)
