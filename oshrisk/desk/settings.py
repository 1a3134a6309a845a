"""Django's settings of the desk: those of the ledger, and what a web application needs besides."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from oshrisk.atomic import whole_file
from oshrisk.ledger.settings import APPS, database_settings
from oshrisk.messages import LANGUAGES
from oshrisk.workflow import LEDGER
from oshrisk.workspace import Workspace

if TYPE_CHECKING:
    from oshrisk.desk.site import Site

FOLDER: Final = "desk"  # of the working folder: what the desk keeps in files
MEGABYTE: Final = 1024 * 1024
UPLOAD_LIMIT: Final = 50 * MEGABYTE
IDLE: Final = 2 * 3600  # seconds after which somebody who does nothing is logged out
LONGEST: Final = 12 * 3600  # seconds after which everybody is

_HERE: Final = Path(__file__).parent
_NAMES: Final = {"vi": "Tiếng Việt", "en": "English"}
_MIDDLEWARE: Final = (
    "oshrisk.desk.middleware.headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "oshrisk.desk.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "oshrisk.desk.middleware.Gate",
    "django_htmx.middleware.HtmxMiddleware",
)
_PROCESSORS: Final = (
    "django.template.context_processors.request",
    "django.contrib.messages.context_processors.messages",
    "oshrisk.desk.context.everywhere",
)
_VALIDATORS: Final = (
    "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
    "django.contrib.auth.password_validation.CommonPasswordValidator",
    "django.contrib.auth.password_validation.NumericPasswordValidator",
)


def desk_settings(site: Site, workspace: Workspace) -> dict[str, Any]:
    """Return Django's settings for a desk.

    Parameters
    ----------
    site : Site
        How it is started.
    workspace : Workspace
        Its working folder.

    Returns
    -------
    dict
        What ``django.conf.settings.configure`` takes.
    """
    database = workspace.programme.ledger.database or LEDGER
    address = database if "://" in database else workspace.path(database)
    return {
        **_application(),
        **_security(site),
        "OSHRISK_SITE": site,
        "DATABASES": {"default": {**database_settings(address), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}},
        "LANGUAGE_CODE": workspace.programme.office.language,
        "LANGUAGES": [(language, _NAMES[language]) for language in LANGUAGES],
        "LOCALE_PATHS": [_HERE / "locale"],
    }


def secret_of(workspace: Workspace) -> str:
    """Return the key that signs cookies and forms; it is made at the first start, readable by its owner alone."""
    file = workspace.path(FOLDER, "secret.key")
    if not file.is_file():
        with whole_file(file) as partial:
            partial.write_text(secrets.token_urlsafe(64), encoding="ascii")
        file.chmod(0o600)
    return file.read_text(encoding="ascii")


def _application() -> dict[str, Any]:
    return {
        "INSTALLED_APPS": (
            *APPS,
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "django_htmx",
            "oshrisk.desk",
        ),
        "MIDDLEWARE": _MIDDLEWARE,
        "ROOT_URLCONF": "oshrisk.desk.urls",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": list(_PROCESSORS)},
            }
        ],
        "FORM_RENDERER": "django.forms.renderers.DjangoTemplates",
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "TIME_ZONE": "UTC",  # shown times are those of the machine: see oshrisk.ledger.telling.local_time
        "STATIC_URL": "/static/",
        "WHITENOISE_USE_FINDERS": True,  # served out of the installed packages: nothing is collected or downloaded
        "WHITENOISE_AUTOREFRESH": False,
        "WHITENOISE_MAX_AGE": 3600,
        "LOGIN_URL": "login",
        "LOGIN_REDIRECT_URL": "home",
        "LOGOUT_REDIRECT_URL": "login",
        "LOGGING": _LOGGING,
    }


def _security(site: Site) -> dict[str, Any]:
    secure: dict[str, Any] = {
        "DEBUG": False,
        "SECRET_KEY": site.secret,
        "ALLOWED_HOSTS": list(site.hosts),
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [{"NAME": name} for name in _VALIDATORS]
        + [{"NAME": "oshrisk.desk.passwords.LongEnough", "OPTIONS": {"min_length": 10}}],
        "SESSION_COOKIE_AGE": IDLE,
        "SESSION_COOKIE_SECURE": site.encrypted,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": False,
        "CSRF_COOKIE_SECURE": site.encrypted,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_FAILURE_VIEW": "oshrisk.desk.failures.csrf",
        "LANGUAGE_COOKIE_SECURE": site.encrypted,
        "LANGUAGE_COOKIE_HTTPONLY": True,
        "LANGUAGE_COOKIE_SAMESITE": "Lax",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_HSTS_SECONDS": 31_536_000 if site.encrypted else 0,
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": MEGABYTE,  # of forms; files are limited by UPLOAD_LIMIT
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 500,
        "DATA_UPLOAD_MAX_NUMBER_FILES": 5,
    }
    if site.proxied:
        secure["SECURE_PROXY_SSL_HEADER"] = ("HTTP_X_FORWARDED_PROTO", "https")
    return secure


_LOGGING: Final = {
    "version": 1,
    "disable_existing_loggers": True,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console"], "level": "ERROR"}},  # what went wrong, with its trace
}
