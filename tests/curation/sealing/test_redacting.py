"""Known secrets stay out of logs."""

from __future__ import annotations

import logging

import pytest

from curation.sealing.redacting import RedactSecrets, redacted, remember, remember_environment

KEY = "sk-test-0123456789abcdef"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    remember(KEY)
    caplog.handler.addFilter(RedactSecrets())
    return caplog


def test_a_secret_in_a_message_or_its_arguments_is_masked(
    logged: pytest.LogCaptureFixture,
) -> None:
    logging.getLogger("concord.try").warning("sent %s to %s", f"Bearer {KEY}", "there")

    assert logged.records[0].getMessage() == "sent Bearer [hidden] to there"


def test_a_secret_in_a_traceback_is_masked(logged: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError(f"bad header {KEY}")
    except ValueError:
        logging.getLogger("concord.try").exception("it broke")

    assert KEY not in logged.text
    assert "ValueError: bad header [hidden]" in logged.text


def test_secrets_of_the_environment_are_known_at_once() -> None:
    remember_environment(
        {
            "CONCORD_OPENID_UNI_SECRET": "client-secret-of-uni",
            "DATABASE_URL": "postgres://concord:pass-of-database@db/concord",
            "CONCORD_HOME": "/srv/concord",
        }
    )

    said = redacted("client-secret-of-uni pass-of-database /srv/concord")
    assert said == "[hidden] [hidden] /srv/concord"


def test_short_values_do_not_mask_ordinary_words() -> None:
    remember("none")

    assert redacted("none of 3") == "none of 3"
