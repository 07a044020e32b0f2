"""What programs come with: tokens, and the answers kept for requests that may be repeated."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from curation.models.project import Project


class ApiToken(models.Model):
    """A key for programs, made by one person. The key itself is nowhere; only its digest is."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="api_tokens"
    )  # null: every project of the user
    name = models.CharField(max_length=80)  # what it is for, in the words of who made it
    prefix = models.CharField(max_length=20)  # the beginning of the key, to tell it by
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the whole key
    scopes: models.JSONField[Any, Any] = models.JSONField()  # of curation.services.tokens.Scope
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)  # null: never
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the minute
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class KeptAnswer(models.Model):
    """What was answered to a request that named an idempotency key."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)  # SHA-256 of method, address and body
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # null: not answered yet
    headers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once"),
        ]
        indexes = [models.Index(fields=["created_at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.key}"
