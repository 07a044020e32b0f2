"""Sealing and signing."""

from __future__ import annotations

import pytest

from curation.sealing.seal import CannotOpen, Sealer


def test_what_is_sealed_says_nothing_and_is_never_twice_the_same() -> None:
    sealer = Sealer(["key"])

    once, twice = sealer.seal("token"), sealer.seal("token")

    assert "token" not in once
    assert once != twice
    assert sealer.open(once) == sealer.open(twice) == "token"


def test_after_renewing_the_old_key_can_be_given_up() -> None:
    sealed = Sealer(["old"]).seal("token")

    renewed = Sealer(["new", "old"]).renew(sealed)

    assert Sealer(["new"]).open(renewed) == "token"
    with pytest.raises(CannotOpen):
        Sealer(["new"]).open(sealed)


@pytest.mark.parametrize("change", [lambda s: s[:-2], lambda s: "x" + s[1:], lambda s: ""])
def test_what_was_tampered_with_is_not_opened(change: object) -> None:
    sealed = Sealer(["key"]).seal("token")

    with pytest.raises(CannotOpen):
        Sealer(["key"]).open(change(sealed))  # type: ignore[operator]


def test_a_signature_holds_for_its_line_under_any_known_key() -> None:
    signature = Sealer(["old"]).sign("a line")

    assert Sealer(["new", "old"]).signed("a line", signature)
    assert not Sealer(["new", "old"]).signed("another line", signature)
    assert not Sealer(["new"]).signed("a line", signature)
