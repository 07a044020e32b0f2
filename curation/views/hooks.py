"""What other servers call. Nobody is logged in here; a secret says who it is."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from curation.label_studio.webhooks import SECRET_HEADER
from curation.services.rounds.hooks import take_hint

LARGEST = 1_000_000  # bytes of a body that is never read


@csrf_exempt
@require_POST
def label_studio_hook(request: HttpRequest, key: UUID) -> HttpResponse:
    """A hint that something changed in the round; its body is not even read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return HttpResponse("A hint has no such size.\n", "text/plain", status=413)
    if not take_hint(key, request.headers.get(SECRET_HEADER, "")):
        return HttpResponseForbidden(
            "The secret is wrong, so this call was not heeded; push the round again.\n",
            "text/plain",
        )
    return HttpResponse(status=204)
