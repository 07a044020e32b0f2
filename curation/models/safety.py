"""What keeps an installation safe: secrets, the audit log, how a person reads times."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from curation.models.project import Project


class Secret(models.Model):
    """A key to another server, sealed. It is opened to be sent there and never shown again."""

    class Kind(models.TextChoices):
        LLM = "llm_key", "key of a language model"
        LABEL_STUDIO = "label_studio_token", "token of Label Studio"

    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="secrets"
    )  # None: of the whole installation
    kind = models.CharField(max_length=20, choices=Kind)
    address = models.CharField(max_length=300)  # the only server that it is ever sent to
    sealed = models.TextField()
    ending = models.CharField(max_length=4, blank=True)  # "" where the value is too short for it
    set_by = models.CharField(max_length=150)
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["kind", "address"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind", "address"], name="secret_once_of_project"
            ),
            models.UniqueConstraint(
                fields=["kind", "address"],
                condition=models.Q(project__isnull=True),
                name="secret_once_of_installation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.address}"


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Lines are added and read, nothing else."""

    def update(self, **_: Any) -> NoReturn:
        raise TypeError("A line of the audit log is never changed.")

    def delete(self) -> NoReturn:
        raise TypeError("A line of the audit log is never removed.")


class AuditEntry(models.Model):
    """Who did what, when and from where. `seal` covers the line and the seal before it."""

    number = models.PositiveBigIntegerField(primary_key=True)  # from 1, without gaps
    at = models.DateTimeField()
    who = models.CharField(max_length=150)  # user name, or what ran: "command", "job 7"
    what = models.CharField(max_length=60)  # such as "version.frozen"
    project = models.CharField(max_length=60, blank=True)  # slug; "" = of the installation
    object = models.CharField(max_length=200, blank=True)
    before: models.JSONField[Any, Any] = models.JSONField(null=True)
    after: models.JSONField[Any, Any] = models.JSONField(null=True)
    request = models.CharField(max_length=64, blank=True)  # id of the request
    address = models.CharField(max_length=45, blank=True)
    seal = models.CharField(max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["project", "-number"], name="audit_of_project")]

    def __str__(self) -> str:
        return f"{self.number} {self.who} {self.what}"


class AuditHead(models.Model):
    """The newest line's number, signed, in one row: whoever adds a line holds its lock."""

    number = models.PositiveBigIntegerField(default=0)
    seal = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.number}"


class Reader(models.Model):
    """How somebody who signs in reads pages."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reader", primary_key=True
    )
    time_zone = models.CharField(max_length=64, blank=True)  # "" = the browser's

    def __str__(self) -> str:
        return f"{self.user_id}"
