"""Reading pages in tests."""

from __future__ import annotations

from django.test import Client


def text_of(reader: Client, path: str) -> str:
    answer = reader.get(path)
    assert answer.status_code == 200, path
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return bytes(content).decode()
