"""Settings: a laptop by default, a lab by environment variables (see docs/configuration.md)."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

from curation.deployment.door import BadEnvironment, host_names, seconds, some_of, zone_named
from curation.endpoints.policy import endpoints_of
from curation.signin_settings import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
CONCORD_HOME = Path(os.environ.get("CONCORD_HOME", BASE_DIR / "var")).expanduser().resolve()

DEBUG = os.environ.get("CONCORD_DEBUG", "") == "1"
try:
    ALLOWED_HOSTS = host_names(os.environ, "CONCORD_HOSTS", ("127.0.0.1", "localhost", "[::1]"))
    TIME_ZONE = zone_named(os.environ, "CONCORD_TIME_ZONE", "UTC")
    # how often a worker fetches answers from Label Studio; 0 is never
    CONCORD_POLL_SECONDS = seconds(os.environ, "CONCORD_POLL_SECONDS", 30)
except BadEnvironment as error:
    sys.exit(str(error))

# where people and Label Studio reach this installation: the start of links and webhooks
CONCORD_PUBLIC_URL = os.environ.get("CONCORD_PUBLIC_URL", "http://127.0.0.1:8321")
# the servers that somebody who uses a page may have this one ask; see docs/security.md
CONCORD_ENDPOINTS = endpoints_of(os.environ, public_url=CONCORD_PUBLIC_URL)
# whether old numbers are told while a thread counts them anew; gunicorn's settings say yes
CONCORD_COUNT_BESIDE = os.environ.get("CONCORD_COUNT_BESIDE", "") == "1"


def _secret_key() -> str:
    """The installation's own key, made once and readable by its owner only."""
    if given := os.environ.get("CONCORD_SECRET_KEY"):
        return given
    path = CONCORD_HOME / "secret_key"
    try:
        if not path.exists():
            CONCORD_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_once(path, secrets.token_urlsafe(50))
        return path.read_text()
    except OSError:
        return secrets.token_urlsafe(50)  # the first command that writes will say so plainly


def _write_once(path: Path, text: str) -> None:
    """Make the file whole or not at all; of several processes, the first one's text stays."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


SECRET_KEY = _secret_key()
CONCORD_KEY_GIVEN = bool(os.environ.get("CONCORD_SECRET_KEY"))
# earlier keys: what they signed and sealed is still read; see manage.py secrets rotate
SECRET_KEY_FALLBACKS = os.environ.get("CONCORD_SECRET_KEYS_OLD", "").split()

INSTALLED_APPS = [
    "curation.apps.CurationConfig",
    "generation.apps.GenerationConfig",
    "training.apps.TrainingConfig",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "curation.observing.Probes",
    "curation.guards.TrustedProxy",
    "curation.observing.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "curation.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "curation.troubles.Troubles",
    "curation.guards.UploadLimit",
    "curation.guards.PlainAddress",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "curation.guards.SessionLimits",
    "curation.guards.Acting",
    "curation.guards.ReaderZone",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "curation.guards.RateLimits",
]

ROOT_URLCONF = "curation.urls"
WSGI_APPLICATION = "curation.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["curation.templatetags.moments"],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _database() -> dict[str, Any]:
    # kept for a minute: SQLite writes its log back when the last connection closes, which would be
    # after nearly every request
    try:
        read = dj_database_url.parse(
            os.environ.get("DATABASE_URL") or f"sqlite:///{CONCORD_HOME / 'concord.sqlite3'}",
            conn_max_age=60,
            conn_health_checks=True,  # a server that was restarted meanwhile is asked anew
        )
    except ValueError:  # its own words may hold the password
        sys.exit(
            "DATABASE_URL is no address of a database, such as postgres://NAME:PASSWORD@HOST/NAME; "
            "where the password has more than letters and digits, write those as % and their code."
        )
    database = dict(read)
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            " PRAGMA busy_timeout=20000",
        }
    return database


DATABASES: dict[str, Any] = {"default": _database()}

# The dispatcher only carries the key of our own Job row; see curation/jobs.py.
TASKS: dict[str, Any] = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "gpu", "fronts"],
    }
}

# kind → handler. The spokes are named here as strings only, so that the hub never imports them.
CONCORD_JOBS = {
    "generate": "generation.jobs.generate",
    "attribute_values": "generation.jobs.attribute_values",
    "push": "curation.job_handlers.push",
    "pull": "curation.job_handlers.pull",
    "settle": "curation.job_handlers.settle",
    "agreement": "curation.job_handlers.agreement",
    "annotators": "curation.job_handlers.annotators",
    "train": "training.jobs.train",
    "study": "training.jobs.study",
    "rank_tasks": "curation.job_handlers.rank_tasks",
    "aggregators": "curation.job_handlers.aggregators",
    "explore": "curation.job_handlers.explore",
    "freeze": "curation.job_handlers.freeze",
    "summaries": "curation.job_handlers.summaries",
    "map": "curation.job_handlers.corpus_map",
}
# kinds that wait for a worker of the queue "gpu"; the others for one of "default"
try:
    CONCORD_GPU_JOBS = some_of(os.environ, "CONCORD_GPU_JOBS", CONCORD_JOBS)
except BadEnvironment as error:
    sys.exit(str(error))
# kind of job → which projects the study that it runs reads, by the study's slug
CONCORD_JOB_PROJECTS = {
    "study": "training.services.studies.creating.projects_of_study",
    "rank_tasks": "curation.services.objectivity.studies.projects_compared",
}
# what the pages and the report ask of the spokes, named for the same reason
CONCORD_REJECTED = "generation.services.counting.rejected_by_project"
CONCORD_SCORES = "training.services.kept_scores"
CONCORD_SPENT = "generation.services.spending.spent_on_texts"
CONCORD_TEXT_COSTS = "generation.services.spending.text_costs"
CONCORD_FIT_COSTS = "training.services.spending.fit_costs"
# what Prometheus is told of the spokes
CONCORD_FIGURES = ["generation.services.metering.llm_figures"]
# how `doctor --llm` reaches a language model
CONCORD_LLM_CHECK = "generation.services.reaching.language_model"
# where examples come from and which runs used a version, for lineage
CONCORD_ORIGINS = {
    "example": "generation.services.origins.origin_of",
    "runs": "generation.services.origins.runs_of",
}
CONCORD_RUNS = "training.services.used.runs_on"
# what generation asks of training through the hub
CONCORD_PREDICTOR = "training.services.predicting.open_predictor"
CONCORD_ATTACH = "training.services.attaching.attach"
# questions that come with the application; a folder that the hub only reads
CONCORD_PRESETS = BASE_DIR / "generation" / "presets"

LANGUAGE_CODE = "en"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "templates" / "static"]
WHITENOISE_USE_FINDERS = True

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "projects"
LOGOUT_REDIRECT_URL = "login"

# Label Studio on the same host name uses Django's default cookie names and each would log the
# other out.
SESSION_COOKIE_NAME = "concord_session"
CSRF_COOKIE_NAME = "concord_csrf"
CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(CONCORD_PUBLIC_URL))]
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# CONCORD_LOG_FORMAT: "plain" for people, "json" for what collects logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "curation.logs.formats.Plain", "secrets": [SECRET_KEY]},
        "json": {"()": "curation.logs.formats.JsonLines", "secrets": [SECRET_KEY]},
    },
    "filters": {"redact": {"()": "curation.sealing.redacting.RedactSecrets"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if os.environ.get("CONCORD_LOG_FORMAT") == "json" else "plain",
            "filters": ["redact"],
        },
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("CONCORD_LOG_LEVEL", "WARNING")},
}
