"""What the installation is told from outside, read once and never again.

`Settings.from_environment(os.environ)` reads every `KSDD_*` setting. One that is unknown, or whose
value cannot be used, stops the start with its name and a hint (`KSDD_TEST_*` is left alone).
There is no default secret: it is made on first use and kept in the data folder, mode 600.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import SplitResult, urlsplit

from processes.errors import SettingsError
from processes.secret_file import read_secret

#: every setting there is; README.md shows them in one table
NAMES = (
    "KSDD_ENV",
    "KSDD_DATA",
    "KSDD_HOST",
    "KSDD_PORT",
    "KSDD_BASE_URL",
    "KSDD_DATABASE_URL",
    "KSDD_REDIS_URL",
    "KSDD_MAIL_URL",
    "KSDD_MAIL_FROM",
    "KSDD_LETTERS_PER_DAY",
    "KSDD_WEBHOOK_NETWORKS",
    "KSDD_PROXIES",
    "KSDD_TRUST",
    "KSDD_CLAMD_URL",
    "KSDD_SAMPLE",
)
#: letters of one address in a day, where people are written to in earnest
USUAL_LETTERS = 20

Environment = Literal["development", "production"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one installation; every process of it sees the same ones."""

    #: "production" unless said otherwise; `make run` says "development"
    env: Environment
    #: folder of the database, the documents, the secret and (in development) the mails
    data: Path
    #: address the web server listens on
    host: str = "127.0.0.1"
    #: port the web server listens on
    port: int = 8000
    #: where officials reach the pages; links in mails begin with it, without a final slash
    base_url: str = "http://127.0.0.1:8000"
    #: SQLAlchemy URL
    database_url: str = field(repr=False)
    #: broker of the worker; None = the embedded one that `ksdd serve` starts
    redis_url: str | None = field(default=None, repr=False)
    #: mail server; None = `.eml` files in development, messages that wait in production
    mail_url: str | None = field(default=None, repr=False)
    #: sender of every mail
    mail_from: str = "ksdd@localhost"
    #: letters that one address gets in a day at most; 0 = as many as there are
    letters_per_day: int = 0
    #: networks inside the house that events may be sent to, for example `10.20.0.0/16`
    webhook_networks: tuple[str, ...] = ()
    #: proxies in front whose word on the caller's address is believed; 0 = none
    proxies: int = 0
    #: folder of the certificates that vouch for signatures; None = `trust` in the data folder
    trust: Path | None = None
    #: virus scanner (clamd) that looks at every document; None = nobody does
    clamd_url: str | None = None
    #: whether an empty installation gets sample officials
    sample: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """The settings in `environ`; an empty value counts as not given. Raises SettingsError."""
        given = _known(environ)
        env = _env(given.get("KSDD_ENV", "production"))
        data = _data(given.get("KSDD_DATA", "var"))
        port = _port(given.get("KSDD_PORT", "8000"))
        base_url = _base_url(given.get("KSDD_BASE_URL", f"http://127.0.0.1:{port}"), env)
        return cls(
            env=env,
            data=data,
            host=_host(given.get("KSDD_HOST", "127.0.0.1")),
            port=port,
            base_url=base_url,
            database_url=_database_url(given.get("KSDD_DATABASE_URL"), data),
            redis_url=_redis_url(given.get("KSDD_REDIS_URL")),
            mail_url=_mail_url(given.get("KSDD_MAIL_URL")),
            mail_from=_mail_from(given.get("KSDD_MAIL_FROM"), base_url),
            letters_per_day=_letters_per_day(given.get("KSDD_LETTERS_PER_DAY"), env),
            webhook_networks=_networks(given.get("KSDD_WEBHOOK_NETWORKS")),
            proxies=_proxies(given.get("KSDD_PROXIES", "0")),
            trust=_trust(given.get("KSDD_TRUST")),
            clamd_url=_clamd_url(given.get("KSDD_CLAMD_URL")),
            sample=_sample(given.get("KSDD_SAMPLE"), env),
        )

    @property
    def is_development(self) -> bool:
        """Whether this is a trial installation: mails become files, the clock may be given."""
        return self.env == "development"

    @property
    def mail_folder(self) -> Path:
        """Where messages lie as `.eml` files when there is no mail server."""
        return self.data / "mail"

    @property
    def trust_folder(self) -> Path:
        """Where the administrator puts the certificates that vouch for signatures."""
        return self.trust or self.data / "trust"

    def make_folder(self) -> None:
        """Make the data folder, readable by its owner only; SettingsError when that cannot be."""
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            why = error.strerror or str(error)
            raise SettingsError(
                "settings.data_refused", name="KSDD_DATA", value=self.data, why=why
            ) from error

    def secret(self) -> bytes:
        """The 32 random bytes that links are derived from; made on first use, mode 600.

        Several processes may ask at once on an empty folder: all get the same bytes.
        """
        return read_secret(self.data / "secret.key")


def _known(environ: Mapping[str, str]) -> dict[str, str]:
    """The given settings by name, without empty ones; an unknown name is refused."""
    ours = {n: v for n, v in environ.items() if n.startswith("KSDD_")}
    for name in sorted(ours):
        if name not in NAMES and not name.startswith("KSDD_TEST_"):
            near = (get_close_matches(name, NAMES, n=1) or [", ".join(NAMES)])[0]
            raise SettingsError("settings.unknown", name=name, near=near)
    return {n: v.strip() for n, v in ours.items() if v.strip()}


def _env(value: str) -> Environment:
    match value:
        case "development" | "production":
            return value
        case _:
            raise SettingsError("settings.env", name="KSDD_ENV", value=value)


def _data(value: str) -> Path:
    path = Path(value).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise SettingsError("settings.data", name="KSDD_DATA", value=value)
    return path


def _host(value: str) -> str:
    try:
        return str(ip_address(value))
    except ValueError:
        if value == "localhost":
            return value
        raise SettingsError("settings.host", name="KSDD_HOST", value=value) from None


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise SettingsError("settings.port", name="KSDD_PORT", value=value)
    return int(value)


def _split(name: str, value: str, schemes: tuple[str, ...]) -> SplitResult:
    """`value` as a URL with one of `schemes`; SettingsError names the setting, not the value."""
    try:
        parts = urlsplit(value)
        port_is_readable = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_readable = urlsplit(""), False
    if parts.scheme not in schemes or not port_is_readable:
        shown = ", ".join(f"{scheme}://" for scheme in schemes)
        raise SettingsError("settings.url", name=name, schemes=shown)
    return parts


def is_loopback(host: str | None) -> bool:
    """Whether a host name is this very machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _base_url(value: str, env: Environment) -> str:
    parts = _split("KSDD_BASE_URL", value, ("http", "https"))
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        raise SettingsError("settings.base_url", name="KSDD_BASE_URL", value=value)
    if env == "production" and parts.scheme == "http" and not is_loopback(parts.hostname):
        raise SettingsError("settings.base_url_plain", name="KSDD_BASE_URL", value=value)
    return value.rstrip("/")


def _database_url(value: str | None, data: Path) -> str:
    if value is None:
        return f"sqlite+pysqlite:///{data / 'ksdd.sqlite3'}"
    schemes = ("sqlite+pysqlite", "sqlite", "postgresql", "postgresql+psycopg", "postgres")
    scheme = _split("KSDD_DATABASE_URL", value, schemes).scheme
    driver = "sqlite+pysqlite" if scheme.startswith("sqlite") else "postgresql+psycopg"
    return driver + value[len(scheme) :]


def _redis_url(value: str | None) -> str | None:
    if value is not None:
        _split("KSDD_REDIS_URL", value, ("redis", "rediss", "redis+socket"))
    return value


def _mail_url(value: str | None) -> str | None:
    if value is not None and not _split("KSDD_MAIL_URL", value, ("smtp", "smtps")).hostname:
        raise SettingsError("settings.url", name="KSDD_MAIL_URL", schemes="smtp://, smtps://")
    return value


def _mail_from(value: str | None, base_url: str) -> str:
    if value is None:
        host = urlsplit(base_url).hostname
        return "ksdd@localhost" if is_loopback(host) else f"ksdd@{host}"
    name, _, domain = value.rpartition("@")
    if not name or not domain or any(sign in value for sign in "\r\n<>, "):
        raise SettingsError("settings.mail_from", name="KSDD_MAIL_FROM", value=value)
    return value


def _letters_per_day(value: str | None, env: Environment) -> int:
    if value is None:
        return USUAL_LETTERS if env == "production" else 0
    if not value.isascii() or not value.isdigit() or int(value) > 1000:
        raise SettingsError("settings.letters_per_day", name="KSDD_LETTERS_PER_DAY", value=value)
    return int(value)


def _networks(value: str | None) -> tuple[str, ...]:
    try:
        return tuple(
            str(ip_network(part.strip())) for part in (value or "").split(",") if part.strip()
        )
    except ValueError:
        raise SettingsError(
            "settings.networks", name="KSDD_WEBHOOK_NETWORKS", value=value
        ) from None


def _proxies(value: str) -> int:
    if value not in ("0", "1", "2", "3"):
        raise SettingsError("settings.proxies", name="KSDD_PROXIES", value=value)
    return int(value)


def _trust(value: str | None) -> Path | None:
    if value is None:
        return None
    path = Path(value).expanduser().absolute()
    if not path.is_dir():
        raise SettingsError("settings.trust", name="KSDD_TRUST", value=value)
    return path


def _clamd_url(value: str | None) -> str | None:
    if value is not None:
        parts = _split("KSDD_CLAMD_URL", value, ("tcp", "unix"))
        if not (parts.hostname if parts.scheme == "tcp" else parts.path):
            raise SettingsError("settings.url", name="KSDD_CLAMD_URL", schemes="tcp://, unix://")
    return value


def _sample(value: str | None, env: Environment) -> bool:
    if value not in (None, "0", "1"):
        raise SettingsError("settings.sample", name="KSDD_SAMPLE", value=value)
    if env == "production":
        if value == "1":
            raise SettingsError("settings.sample_production", name="KSDD_SAMPLE")
        return False
    return value != "0"
