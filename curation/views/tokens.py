"""One's own tokens for programs: listed, made, shown once, revoked."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from curation.errors import CurationError
from curation.forms.tokens import TokenForm
from curation.services.tokens import (
    MEANINGS,
    NewToken,
    Scope,
    create_token,
    revoke_token,
    tokens_of,
)
from curation.views.confirming import confirm_who_asks

SURE = "yes"  # what the form of a confirmed revoking says


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """The tokens there are; a POST makes one and shows its key, this once."""
    if request.method == "GET":
        return _page(request, TokenForm(user=request.user))
    confirm_who_asks(request)
    form = TokenForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            made = create_token(request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except CurationError as error:
            form.add_error(None, str(error))
        else:
            return _page(request, TokenForm(user=request.user), made=made)
    return _page(request, form)


@login_required
@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    if request.POST.get("sure") != SURE:
        messages.error(request, "Nothing was revoked: tick that you are sure.")
        return redirect("tokens")
    try:
        token = revoke_token(request.user, token_id)  # type: ignore[arg-type]
    except CurationError as error:
        messages.error(request, str(error))
    else:
        messages.info(request, f"The token “{token.name}” is revoked; it opens nothing any more.")
    return redirect("tokens")


def _page(request: HttpRequest, form: TokenForm, *, made: NewToken | None = None) -> HttpResponse:
    now = timezone.now()
    tokens = list(tokens_of(request.user))  # type: ignore[arg-type]
    context = {
        "form": form,
        "made": made,
        "tokens": [
            (
                token,
                [MEANINGS[Scope(scope)] for scope in token.scopes],
                token.expires_at is not None and token.expires_at <= now,
            )
            for token in tokens
        ],
        "example": f"curl -H 'Authorization: Bearer {made.key if made else 'TOKEN'}' "
        + request.build_absolute_uri("/api/v1/projects"),
    }
    status = 400 if form.errors else 201 if made else 200
    return render(request, "account/tokens.html", context, status=status)
