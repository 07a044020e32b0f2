"""A provider of OpenID Connect on this machine: signs people in at once, as whoever it is told."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "concord", "a-secret-of-the-client"


@dataclass(kw_only=True)
class Provider:
    """What it says about the person in front of it, and what it was asked."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    challenge: str = ""
    tokens: int = 0
    key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        algorithm: Any = jwt.algorithms.RSAAlgorithm
        public = algorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [public | {"kid": "one", "alg": "RS256", "use": "sig"}]}

    def token(self, sent: dict[str, str]) -> dict[str, Any]:
        """Tokens for a code, if client, secret and PKCE verifier are right."""
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        verified = base64.urlsafe_b64encode(digest).decode().rstrip("=") == self.challenge
        if (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET) or not verified:
            return {"error": "invalid_client"}
        self.tokens += 1
        said = {"iss": self.url, "aud": CLIENT, "exp": int(time.time()) + 60, **self.person}
        signed = jwt.encode(said, self.key, algorithm="RS256", headers={"kid": "one"})
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": signed}


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/authorize":
            return self._send_back({name: v[0] for name, v in parse_qs(parts.query).items()})
        pages: dict[str, Callable[[], Any]] = {
            "/.well-known/openid-configuration": self.provider.description,
            "/keys": self.provider.keys,
            "/userinfo": lambda: self.provider.person,
        }
        return self._json(pages[parts.path]())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = self.provider.token({name: v[0] for name, v in parse_qs(body).items()})
        self._json(answer, status=400 if "error" in answer else 200)

    def _send_back(self, asked: dict[str, str]) -> None:
        self.provider.challenge = asked.get("code_challenge", "")
        back = urlencode({"code": "once", "state": asked["state"]})
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{back}")
        self.end_headers()

    def _json(self, content: Any, *, status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that listens until the block ends."""
    provider = Provider()
    handler = type("Bound", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
