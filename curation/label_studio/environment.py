"""All that the embedded server gets to see of the world.

Made from scratch: Label Studio would take DEBUG, PORT, SECRET_KEY or DJANGO_SETTINGS_MODULE from
our own environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from curation.label_studio.processes import DATA_VARIABLE

INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
CLOSED_PROXY = "http://127.0.0.1:9"


def server_environment(home: Path, data: Path, administrator: Mapping[str, str]) -> dict[str, str]:
    """The variables for any Label Studio command on the data folder.

    Args:
        administrator: variables that make the first user; none makes no user, which is right
            for creating the empty database.
    """
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**inherited, **_settings(home, data), **administrator}


def _settings(home: Path, data: Path) -> dict[str, str]:
    prefixed = {
        "ENABLE_LEGACY_API_TOKEN": "true",  # read once, when the organisation is made
        "DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "SSRF_PROTECTION_ENABLED": "false",  # lets webhooks reach us on loopback
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "FEATURE_FLAGS_OFFLINE": "true",
        "TASK_LOCK_TTL": "3600",  # seconds a task stays reserved for whoever opened it
        "LOG_LEVEL": "ERROR",
    }
    return {
        **{f"LABEL_STUDIO_{name}": value for name, value in prefixed.items()},
        DATA_VARIABLE: str(data),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(data / "config"),
        "XDG_DATA_HOME": str(data),
        "XDG_CACHE_HOME": str(data / "cache"),
        # its pages make the server fetch tips from a public site, which no switch turns off:
        # whatever is not loopback meets a closed port and fails at once
        "HTTP_PROXY": CLOSED_PROXY,
        "HTTPS_PROXY": CLOSED_PROXY,
        "NO_PROXY": "127.0.0.1,localhost,::1",
        "PYTHONUNBUFFERED": "1",
    }
