"""One settings file. Only addresses and secrets come from the environment; everything negotiated by people is data.

`PLATFORM_MODE` says what this installation is: `demo`, `test`, `development` (default) or `production`.
"""

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = BASE_DIR / ".local"


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


def local_secret(name: str) -> str:
    """Return this checkout's own random secret, made at first use (never in production)."""
    path = LOCAL_DIR / name
    if not path.exists():
        LOCAL_DIR.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


MODE = env("PLATFORM_MODE", "development")
if MODE not in {"demo", "test", "development", "production"}:
    raise ImproperlyConfigured(f"PLATFORM_MODE={MODE!r}: use demo, test, development or production")
PRODUCTION = MODE == "production"

DEBUG = False
SECRET_KEY = env("SECRET_KEY") or ("" if PRODUCTION else local_secret("secret_key"))
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set: production needs its own, at least 50 random characters")
# Wraps the per-application keys of sealed offers; it must live outside the database and its backups.
SEALING_KEY = env("SEALING_KEY") or ("" if PRODUCTION else local_secret("sealing_key"))
if not SEALING_KEY:
    raise ImproperlyConfigured("SEALING_KEY is not set: production needs its own secret to wrap the offers' keys")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set: production answers only to the host names it lists")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
SHARED_DIR = Path(env("SHARED_DIR", str(BASE_DIR.parent / "shared")))

# --- Applications, in the order of the line (upper ones last) ---------------------------------------------------------
INSTALLED_APPS = [
    "finance_platform.foundation",
    "pledges",
    "valuation",
    "risk_fund",
    "banks_portal",
    "finance_platform.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",  # exclusion constraints
    "axes",
    "ninja",  # serves the API's documentation page from this host
    "pgtrigger",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "finance_platform.foundation.doors.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "finance_platform.foundation.doors.PlatformMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "finance_platform.urls"
WSGI_APPLICATION = "finance_platform.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "finance_platform" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "finance_platform.foundation.doors.platform_context",
            ]
        },
    }
]

# --- Database: an external PostgreSQL by address, or the embedded one -------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def database(url: str, variable: str) -> dict[str, object]:
    """Read `postgresql://user:password@host:port/name?sslmode=require`.

    The host may also be a percent-encoded socket directory. Raises: ImproperlyConfigured naming the variable.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        parts, port, host = urlsplit(""), None, ""
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/") or not parts.username:
        raise ImproperlyConfigured(f"{variable} must look like postgresql://user:password@host:5432/name")
    if host.startswith("%2f"):  # a socket directory: its letters keep their case
        host = parts.netloc.rpartition("@")[2].partition(":")[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": str(port or ""),
        "OPTIONS": {"connect_timeout": "10"} | dict(parse_qsl(parts.query)),
    }


def databases() -> dict[str, dict[str, object]]:
    """Return the run-time role's connection (`default`) and the migrating owner's (`owner`), to one database."""
    if url := env("DATABASE_URL"):
        if not (owner_url := env("DATABASE_OWNER_URL")):
            raise ImproperlyConfigured(
                "DATABASE_OWNER_URL is not set: beside DATABASE_URL (the run-time role, which owns nothing) "
                "the platform needs the address of the role that owns and migrates the tables"
            )
        found = {"default": database(url, "DATABASE_URL"), "owner": database(owner_url, "DATABASE_OWNER_URL")}
        if found["default"]["USER"] == found["owner"]["USER"]:
            raise ImproperlyConfigured("DATABASE_URL and DATABASE_OWNER_URL must name two different roles")
        return found
    from finance_platform.foundation import embedded_postgres as embedded

    shared: dict[str, object] = {"ENGINE": "django.db.backends.postgresql", "NAME": embedded.DATABASE}
    shared["HOST"] = str(embedded.home())
    return {"default": shared | {"USER": embedded.RUNTIME_ROLE}, "owner": shared | {"USER": embedded.OWNER_ROLE}}


# The calculators promise to open no database: they get none to open.
DATABASES = {} if env("WITHOUT_DATABASE") else databases()
for _connection in DATABASES.values():
    _connection |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "TEST": {"MIGRATE": True}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "foundation.User"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "errors/locked.html"
AXES_VERBOSE = False
AXES_ENABLED = MODE != "test"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
if MODE in {"demo", "test"}:  # their passwords are printed on the screen: a slow digest would protect nothing
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_THOUSAND_SEPARATOR = False

# --- Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else LOCAL_DIR / "static"
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # empty: files are served from where they lie
STATICFILES_DIRS = [BASE_DIR / "finance_platform" / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
UPLOAD_BYTES_MAX = 20 * 1024 * 1024

# --- Security ---------------------------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "style-src": [CSP.SELF, CSP.NONCE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "object-src": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "finance_platform.foundation.doors.csrf_failure"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
