"""The one settings file: the environment decides, and what is unsafe does not start.

KERNKLANT_HOME    the home folder, the same as the terminal's (kernklant-data)
KERNKLANT_URL     where people reach it: https, or http on this machine itself
DATABASE_URL      postgres://user:password@host:port/name; without it SQLite in the home
KERNKLANT_SECRET_KEY   else a file in the home, made at the first start
KERNKLANT_MAIL    smtp://user:password@host:port; without it mail is written to the home
KERNKLANT_MEMORY  bytes that the worker's children may use; three quarters of the machine's
KERNKLANT_IDLE    minutes after which who does nothing is signed out (30)
KERNKLANT_PROXY   1 when a proxy in front says who the visitor is (X-Forwarded-For)
"""

from __future__ import annotations

import os
from pathlib import Path

from kernklant.web.project import environment as env

HOME = Path(os.environ.get("KERNKLANT_HOME", "kernklant-data")).resolve()
ROOM = HOME / "web"
ORIGIN = env.origin(os.environ.get("KERNKLANT_URL", "http://127.0.0.1:8000"))
SECURE = ORIGIN.scheme == "https"

DEBUG = False
SECRET_KEY = env.secret_key(ROOM)
ALLOWED_HOSTS = env.hosts(ORIGIN)
CSRF_TRUSTED_ORIGINS = [ORIGIN.geturl()] if SECURE else []
ROOT_URLCONF = "kernklant.web.project.urls"
WSGI_APPLICATION = "kernklant.web.project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # Ours first, so that our pages come before those of allauth.
    "kernklant.web.base",
    "kernklant.web.ledger",
    "kernklant.web.value",
    "kernklant.web.segments",
    "kernklant.web.evaluation",
    "kernklant.web.desk",
    "kernklant.web.privacy",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kernklant.web.base.headers.Headers",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kernklant.web.base.middleware.Visitor",
    "kernklant.web.base.second_step.SecondStep",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kernklant.web.base.frame.frame",
            ],
            "builtins": ["kernklant.web.base.templatetags.words"],
        },
    }
]

DATABASES = {"default": env.database(os.environ.get("DATABASE_URL"), ROOM)}

FORM_RENDERER = "kernklant.web.base.widgets.Quick"

# People
AUTH_USER_MODEL = "base.Member"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["kernklant.web.base.passwords.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "kernklant.web.base.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "kernklant.web.base.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PRESERVE_USERNAME_CASING = False
# A link that signs in once shows who one is as well as a password does (allauth from 65.22 on).
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa", "link")
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers get no mail from us
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",  # an office that begins at nine comes from one address
    "login_failed": "5/300s/key",  # of codes of the second step; passwords: base/guessing.py
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Kernklant"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_HANDLER = "kernklant.web.base.guessing.Handler"
AXES_LOCKOUT_PARAMETERS = "kernklant.web.base.guessing.counted_by"
AXES_USERNAME_CALLABLE = "kernklant.web.base.guessing.account_of"
AXES_USERNAME_FORM_FIELD = "login"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_TEMPLATE = "base/locked_out.html"
AXES_VERBOSE = False
AXES_IPWARE_PROXY_COUNT = 1 if os.environ.get("KERNKLANT_PROXY") else None
AXES_CLIENT_IP_CALLABLE = "kernklant.web.base.visitors.address_of"

# Sessions and cookies
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
IDLE_SECONDS = env.idle(os.environ.get("KERNKLANT_IDLE"))
BEHIND_PROXY = bool(os.environ.get("KERNKLANT_PROXY"))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^leeft/$"]  # asked from this machine, without TLS
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # Bootstrap draws its arrows and ticks as data
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# Language, time
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = ROOM / "static"
STATICFILES_FINDERS = [
    "kernklant.web.base.assets.Chosen",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kernklant.web.base.assets.Hashed"},
}
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = ["kernklant.web.base.uploads.Bounded"]

# The worker
WORK_MEMORY = env.memory(os.environ.get("KERNKLANT_MEMORY"))

# The API and webhooks
API_A_MINUTE = 600  # requests of one token
WEBHOOKS_TO_LOOPBACK = False  # for tests: this machine itself, and http

# Mail and log
EMAIL_BACKEND, EMAIL_FILE_PATH, MAIL = env.mail(os.environ.get("KERNKLANT_MAIL"), ROOM)
EMAIL_HOST, EMAIL_PORT = MAIL["host"], MAIL["port"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL["user"], MAIL["password"]
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL["tls"], MAIL["ssl"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("KERNKLANT_FROM", f"kernklant@{ORIGIN.hostname}")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "kernklant.web.base.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"axes": {"level": "ERROR"}},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
