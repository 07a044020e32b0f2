"""Colours by the numbers: the contrast of every pair of text and ground, in both schemes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "templates" / "static" / "concord"
TEMPLATES = STATIC.parents[1]

PAIRS = [
    (text, ground)
    for ground in ("paper", "paper-raised", "paper-sunk", "notice")
    for text in ("ink", "ink-soft", "accent", "loss")
    if (text, ground) not in {("accent", "notice"), ("loss", "notice")}
] + [("on-accent", "accent"), ("on-accent", "accent-deep")]


def token(name: str, scheme: int) -> str:
    found = re.search(
        rf"--{name}: light-dark\((#\w+), (#\w+)\)", (STATIC / "tokens.css").read_text()
    )
    assert found is not None, name
    return found[scheme + 1]


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(text: str, ground: str, scheme: int) -> None:
    lighter, darker = sorted(
        (luminance(token(text, scheme)), luminance(token(ground, scheme))), reverse=True
    )

    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_brings_its_own_style_or_script(path: Path) -> None:
    source = path.read_text()

    assert not re.search(r'\sstyle="|\son\w+="|<script>|javascript:', source)
    assert "http://" not in source
    assert "https://" not in source
    assert path.name.endswith("_file.html") or "<style" not in source  # a file of its own


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_colours_are_named_in_one_place(path: Path) -> None:
    if path.name == "tokens.css":
        pytest.skip("this is the place")

    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text())
