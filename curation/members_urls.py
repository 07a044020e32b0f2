"""Addresses below projects/<slug>/members/."""

from __future__ import annotations

from django.urls import URLPattern, path

from curation.views import members

urlpatterns: list[URLPattern] = [
    path("", members.member_list, name="members"),
    path("leave/", members.member_leave, name="member_leave"),
    path("invite/", members.member_invite, name="member_invite"),
    path("<int:member_id>/role/", members.member_role, name="member_role"),
    path("<int:member_id>/remove/", members.member_remove, name="member_remove"),
    path(
        "invitations/<int:invitation_id>/withdraw/",
        members.invitation_withdraw,
        name="invitation_withdraw",
    ),
]
