"""The programming interface under /api/v1/: the same services as the pages and the commands.

Who is logged in on the site may use it; what writes needs the CSRF token in `X-CSRFToken`. Every
refusal is a problem+json object with one sentence (RFC 9457). Its description is at
/api/v1/openapi.json; there is no page that draws it, since those load scripts from elsewhere.
"""

from curation.api.interface import api

__all__ = ["api"]
