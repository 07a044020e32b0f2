"""Who may do what in a project, and who was asked to join it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from curation.models.project import Project


class Role(models.TextChoices):
    """What somebody with an account is in a project."""

    OWNER = "owner", "owner"
    RESEARCHER = "researcher", "researcher"
    ANNOTATOR = "annotator", "annotator"
    AUDITOR = "auditor", "auditor"


class Membership(models.Model):
    """One person's role in one project. Nobody has two roles in a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.project_id}: {self.role}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Those that still let somebody in."""
        return self.filter(
            used_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=timezone.now()
        )


class Invitation(models.Model):
    """A link that makes one person a member: good once, until it is over or withdrawn."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="invitations")
    key = models.UUIDField(default=uuid.uuid4, unique=True)  # what the signed link holds
    role = models.CharField(max_length=10, choices=Role)
    note = models.CharField(max_length=120, blank=True)  # whom it is for, in the owner's words
    by = models.CharField(max_length=150, blank=True)  # user name; "" is a command
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.role} until {self.expires_at:%Y-%m-%d}"
