"""Sealing small texts, and signing lines, with keys made from the installation's own.

Every key that is given opens and checks; only the first seals and signs.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from functools import cached_property, lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class CannotOpen(Exception):
    """What was sealed cannot be opened with any key that is known."""


class Sealer:
    """Seals and signs under keys derived from secret keys.

    >>> sealed = Sealer(["old"]).seal("token")
    >>> Sealer(["new", "old"]).open(sealed)
    'token'
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys`: the present secret key first, then earlier ones."""
        self._keys = tuple(keys)

    def seal(self, text: str, *, about: str = "") -> str:
        """`text`, sealed for one place: it is opened with the same `about` and no other."""
        return _fernets(self._keys, about).encrypt(text.encode()).decode()

    def open(self, sealed: str, *, about: str = "") -> str:
        """Raises `CannotOpen` where no key fits, it is for another place or was tampered with."""
        try:
            return _fernets(self._keys, about).decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise CannotOpen from error

    def renew(self, sealed: str, *, about: str = "") -> str:
        """The same under the present key; raises `CannotOpen`."""
        try:
            return _fernets(self._keys, about).rotate(sealed.encode()).decode()
        except InvalidToken as error:
            raise CannotOpen from error

    def sign(self, line: str) -> str:
        """64 hexadecimal digits that only this installation can make for the line."""
        return _signature(self._signing[0], line)

    def signed(self, line: str, signature: str) -> bool:
        return any(hmac.compare_digest(_signature(key, line), signature) for key in self._signing)

    @cached_property
    def _signing(self) -> list[bytes]:
        return [derive(key, purpose="audit") for key in self._keys]


@lru_cache(maxsize=64)
def _fernets(keys: tuple[str, ...], about: str) -> MultiFernet:
    purpose = f"secrets {about}" if about else "secrets"
    derived = [derive(key, purpose=purpose) for key in keys]
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in derived])


def derive(key: str, *, purpose: str) -> bytes:
    """32 bytes for one purpose; another purpose's say nothing about them."""
    info = f"concord {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key.encode())


def _signature(key: bytes, line: str) -> str:
    return hmac.new(key, line.encode(), hashlib.sha256).hexdigest()
