"""Settings of the product; every value that differs between installations is in environment.py."""

import os

from haidang.config import discovery, environment

BASE_DIR = environment.CHECKOUT
HAIDANG_HOME = environment.home()
HAIDANG_FILES = os.environ.get("HAIDANG_FILES", str(HAIDANG_HOME / "files"))
# The demo city and every test hold synthetic people only, and each page says so.
HAIDANG_SYNTHETIC = environment.flag("HAIDANG_SYNTHETIC", default=True)
HAIDANG_PROVINCE = os.environ.get("HAIDANG_PROVINCE", "31")
# The exchange with the national portal of public services; without an address it is off.
HAIDANG_NATIONAL_PORTAL = os.environ.get("HAIDANG_NATIONAL_PORTAL", "")
HAIDANG_NATIONAL_PORTAL_UNIT = os.environ.get("HAIDANG_NATIONAL_PORTAL_UNIT", "H24.15")
HAIDANG_NATIONAL_PORTAL_SECRET = os.environ.get("HAIDANG_NATIONAL_PORTAL_SECRET", "")

# No page of Django's own for faults: it shows the values that a fault met.
DEBUG = False
# The words of faults in the log and at the terminal; never where real records are.
HAIDANG_DEBUG = environment.in_words()
SECRET_KEY = environment.secret("HAIDANG_SECRET_KEY", "secret-key")
ALLOWED_HOSTS = environment.words("HAIDANG_HOSTS", "localhost 127.0.0.1 [::1]")
CSRF_TRUSTED_ORIGINS = environment.words("HAIDANG_ORIGINS")
# Origins of pages that may call the FHIR service beside those of registered apps.
HAIDANG_CORS_ORIGINS = environment.words("HAIDANG_CORS_ORIGINS")
HAIDANG_TLS = environment.flag("HAIDANG_TLS")
HAIDANG_METRICS_FROM = environment.words("HAIDANG_METRICS_FROM", "127.0.0.1 ::1")

ROOT_URLCONF = "haidang.config.urls"
WSGI_APPLICATION = "haidang.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {"default": environment.database(os.environ.get("HAIDANG_DB_ROLE", "app"))}

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    *discovery.parts(),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "haidang.portals.gateway.cors.CorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "haidang.config.refusals.RefusalMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "haidang.ui.context.shell",
            ],
        },
    }
]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "haidang_language"
LOCALE_PATHS = discovery.locale_folders()
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = environment.BUILD / "collected"
STATICFILES_DIRS = [environment.BUILD / "static"] if (environment.BUILD / "static").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 500
# Of a request that does not say how long it is; at least what the widest door takes.
HAIDANG_LARGEST_BODY_MB = int(os.environ.get("HAIDANG_LARGEST_BODY_MB", "128"))

SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HAIDANG_TLS
# Two installations on one host keep their sign-ins apart.
SESSION_COOKIE_NAME = os.environ.get("HAIDANG_SESSION_COOKIE", "haidang_session")
SECURE_HSTS_SECONDS = 31_536_000 if HAIDANG_TLS else 0
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HAIDANG_TLS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING_CONFIG = "haidang.config.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "haidang.config.logs.JsonFormatter", "in_words": HAIDANG_DEBUG}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["err"], "level": os.environ.get("HAIDANG_LOG_LEVEL", "WARNING")},
    # Those that bring handlers of their own, which would write queries, faults and mails in words.
    "loggers": {
        name: {"handlers": [], "level": "NOTSET", "propagate": True}
        for name in ("django", "django.server", "_granian", "granian.access")
    },
}

for _module in discovery.engine_settings():
    for _name in filter(str.isupper, dir(_module)):
        _value = getattr(_module, _name)
        _before = globals().get(_name)
        globals()[_name] = [*_before, *_value] if isinstance(_before, list) else _value
