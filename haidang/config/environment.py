"""What the environment says, each setting with its default (docs/how-to/configure.md lists them)."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

CHECKOUT = Path(__file__).resolve().parents[2]
BUILD = CHECKOUT / ".build"


def home():
    """The run home: database, keys, files and logs of this installation (`HAIDANG_HOME`)."""
    return Path(os.environ.get("HAIDANG_HOME") or CHECKOUT / "var").resolve()


def flag(name, default=False):
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def in_words():
    """Whether faults are told with their words (`HAIDANG_DEBUG`), which only synthetic data allow."""
    return flag("HAIDANG_DEBUG") and flag("HAIDANG_SYNTHETIC", default=True)


def words(name, default=""):
    return os.environ.get(name, default).replace(",", " ").split()


def secret(name, file):
    """A secret from the environment, or from a file in the run home, made at first use.

    The file is readable by its owner alone. A secret never stands in the database or a log.
    """
    if os.environ.get(name):
        return os.environ[name]
    path = home() / "keys" / file
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        _claim(fresh, path)
    return path.read_text().strip()


def _claim(fresh, path):
    """Put the file in its place unless another process was first."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


# Django tells psycopg to prepare nothing, not even what asks for it (`prepare=True`). With a
# threshold that no count reaches, what asks is prepared, and nothing else.
_NEVER_BY_ITSELF = 1 << 30


def database(role):
    """Django's DATABASES entry for a role: `app` (runtime) or `owner` (migrations).

    `DATABASE_URL` and `HAIDANG_OWNER_DATABASE_URL` name a server; without them it is the
    embedded cluster of the run home, reached through its socket.
    """
    variable = "HAIDANG_OWNER_DATABASE_URL" if role == "owner" else "DATABASE_URL"
    url = os.environ.get(variable) or os.environ.get("DATABASE_URL")
    parts = _from_url(url) if url else _embedded(role)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        **parts,
        "OPTIONS": {"prepare_threshold": _NEVER_BY_ITSELF} | parts["OPTIONS"] | _limits(),
    }


def _limits():
    """No statement of a web request runs for ever; long work sets no limit."""
    seconds = os.environ.get("HAIDANG_STATEMENT_TIMEOUT_S")
    return {"options": f"-c statement_timeout={int(seconds)}s"} if seconds else {}


def _from_url(url):
    found = urlsplit(url)
    options = dict(parse_qsl(found.query))
    return {
        "NAME": unquote(found.path.lstrip("/")),
        "USER": unquote(found.username or options.pop("user", "")),
        "PASSWORD": unquote(found.password or ""),
        "HOST": found.hostname or options.pop("host", ""),
        "PORT": str(found.port or ""),
        "OPTIONS": options,
    }


def _embedded(role):
    from haidang.config.operations import cluster

    return {
        "NAME": os.environ.get("HAIDANG_DATABASE", "haidang"),
        "USER": f"haidang_{role}",
        "HOST": str(cluster.Cluster(home()).socket_folder),
        "OPTIONS": {},
    }
