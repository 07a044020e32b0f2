"""The programming interface under /api/v1/: the same services as the pages and the commands.

Programs come in with a token, people with the site's session. Every refusal is a problem+json
object with one sentence (RFC 9457). Its description is at /api/v1/openapi.json, and docs/api.md
tells it by example; there is no page that draws it, since those load scripts from elsewhere.
"""

from curation.api.interface import Anything, api, nowhere

__all__ = ["Anything", "api", "nowhere"]
