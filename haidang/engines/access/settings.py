"""Django settings that belong to sign-in and access; `config.settings` merges them.

Lists are appended to those of the house, so MIDDLEWARE stands after sessions, language and CSRF.
"""

import os
from datetime import timedelta

INSTALLED_APPS = [
    "django.contrib.auth",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "oauth2_provider",
]
MIDDLEWARE = [
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "haidang.engines.access.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: a locked account is refused before hashing
    "haidang.engines.access.backends.PasswordBackend",
]

AUTH_USER_MODEL = "access.Account"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Length over composition (OWASP ASVS 2.1, NIST SP 800-63B section 5.1.1).
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a session must be revocable at once
SESSION_COOKIE_AGE = 12 * 3600  # one long shift

# Lock-out: five wrong passwords for one name from one address close that pair for 15 minutes.
# Not the name alone, or anybody could lock a doctor out; `limits` slows down spread-out guessing.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "haidang.engines.access.lockout.username_of"
AXES_LOCKOUT_CALLABLE = "haidang.engines.access.lockout.page"
AXES_CLIENT_IP_CALLABLE = "haidang.engines.access.limits.address_of"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # our own ledger says who signed in
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]

# Addresses of our own proxies, whose X-Forwarded-For is believed.
HAIDANG_TRUSTED_PROXIES = frozenset(os.environ.get("HAIDANG_TRUSTED_PROXIES", "").split())
# A session left alone this long is closed: tablets lie about in wards.
HAIDANG_IDLE_MINUTES = int(os.environ.get("HAIDANG_IDLE_MINUTES", "120"))

ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_ADAPTER = "haidang.engines.access.adapters.AccountAdapter"

# Roles (codes, separated by spaces) that may do nothing before they have a second factor.
HAIDANG_SECOND_FACTOR_FOR = frozenset(os.environ.get("HAIDANG_SECOND_FACTOR_FOR", "").split())

MFA_ADAPTER = "haidang.engines.access.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Hải Đăng"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = 10

# The authorisation server (SMART App Launch): the tables are ours, see `oauth`.
OAUTH2_PROVIDER_APPLICATION_MODEL = "access.App"
OAUTH2_PROVIDER_GRANT_MODEL = "access.Grant"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "access.AccessToken"  # noqa: S105, the name of a table
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "access.RefreshToken"  # noqa: S105
OAUTH2_PROVIDER_ID_TOKEN_MODEL = "access.IDToken"  # noqa: S105
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "haidang.engines.access.oauth.server.Validator",
    "OIDC_ENABLED": True,
    "PKCE_REQUIRED": True,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "ID_TOKEN_EXPIRE_SECONDS": 3600,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 90 * 86_400,  # without use
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}
