"""What each setting may say: its text in, its value out; SettingsError with a hint for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, quote, urlsplit

from processes.errors import SettingsError

#: letters of one address in a day, where people are written to in earnest
USUAL_LETTERS = 20

Environment = Literal["development", "production"]
LogKind = Literal["text", "json"]


@dataclass(frozen=True, kw_only=True)
class OidcClient:
    """What the identity provider of the house knows us as."""

    #: as the provider calls itself
    issuer: str
    id: str
    #: None for a client that proves itself by PKCE alone
    secret: str | None = field(default=None, repr=False)


def read_env(value: str) -> Environment:
    match value:
        case "development" | "production":
            return value
        case _:
            raise SettingsError("settings.env", name="KSDD_ENV", value=value)


def read_data(value: str) -> Path:
    path = Path(value).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise SettingsError("settings.data", name="KSDD_DATA", value=value)
    return path


def read_host(value: str) -> str:
    try:
        return str(ip_address(value))
    except ValueError:
        if value == "localhost":
            return value
        raise SettingsError("settings.host", name="KSDD_HOST", value=value) from None


def read_port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise SettingsError("settings.port", name="KSDD_PORT", value=value)
    return int(value)


def split_url(name: str, value: str, schemes: tuple[str, ...]) -> SplitResult:
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


def read_base_url(value: str, env: Environment) -> str:
    parts = split_url("KSDD_BASE_URL", value, ("http", "https"))
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        raise SettingsError("settings.base_url", name="KSDD_BASE_URL", value=value)
    if env == "production" and parts.scheme == "http" and not is_loopback(parts.hostname):
        raise SettingsError("settings.base_url_plain", name="KSDD_BASE_URL", value=value)
    return value.rstrip("/")


def read_database_url(value: str | None, data: Path) -> str:
    if value is None:
        return f"sqlite+pysqlite:///{data / 'ksdd.sqlite3'}"
    schemes = ("sqlite+pysqlite", "sqlite", "postgresql", "postgresql+psycopg", "postgres")
    scheme = split_url("KSDD_DATABASE_URL", value, schemes).scheme
    driver = "sqlite+pysqlite" if scheme.startswith("sqlite") else "postgresql+psycopg"
    return driver + value[len(scheme) :]


def read_redis_url(value: str | None) -> str | None:
    if value is not None:
        split_url("KSDD_REDIS_URL", value, ("redis", "rediss", "redis+socket"))
    return value


def read_mail_url(value: str | None) -> str | None:
    if value is not None and not split_url("KSDD_MAIL_URL", value, ("smtp", "smtps")).hostname:
        raise SettingsError("settings.url", name="KSDD_MAIL_URL", schemes="smtp://, smtps://")
    return value


def read_mail_from(value: str | None, base_url: str) -> str:
    if value is None:
        host = urlsplit(base_url).hostname
        return "ksdd@localhost" if is_loopback(host) else f"ksdd@{host}"
    name, _, domain = value.rpartition("@")
    if not name or not domain or any(sign in value for sign in "\r\n<>, "):
        raise SettingsError("settings.mail_from", name="KSDD_MAIL_FROM", value=value)
    return value


def read_letters_per_day(value: str | None, env: Environment) -> int:
    if value is None:
        return USUAL_LETTERS if env == "production" else 0
    if not value.isascii() or not value.isdigit() or int(value) > 1000:
        raise SettingsError("settings.letters_per_day", name="KSDD_LETTERS_PER_DAY", value=value)
    return int(value)


def read_proxies(value: str) -> int:
    if value not in ("0", "1", "2", "3"):
        raise SettingsError("settings.proxies", name="KSDD_PROXIES", value=value)
    return int(value)


def read_trust(value: str | None) -> Path | None:
    if value is None:
        return None
    path = Path(value).expanduser().absolute()
    if not path.is_dir():
        raise SettingsError("settings.trust", name="KSDD_TRUST", value=value)
    return path


def read_clamd_url(value: str | None) -> str | None:
    if value is not None:
        parts = split_url("KSDD_CLAMD_URL", value, ("tcp", "unix"))
        if not (parts.hostname if parts.scheme == "tcp" else parts.path):
            raise SettingsError("settings.url", name="KSDD_CLAMD_URL", schemes="tcp://, unix://")
    return value


def read_networks(value: str | None) -> tuple[str, ...]:
    try:
        return tuple(
            str(ip_network(part.strip())) for part in (value or "").split(",") if part.strip()
        )
    except ValueError:
        raise SettingsError(
            "settings.networks", name="KSDD_WEBHOOK_NETWORKS", value=value
        ) from None


def read_sample(value: str | None, env: Environment) -> bool:
    if value not in (None, "0", "1"):
        raise SettingsError("settings.sample", name="KSDD_SAMPLE", value=value)
    if env == "production":
        if value == "1":
            raise SettingsError("settings.sample_production", name="KSDD_SAMPLE")
        return False
    return value != "0"


def read_bundle(value: str) -> bool:
    if value not in ("0", "1"):
        raise SettingsError("settings.bundle", name="KSDD_BUNDLE", value=value)
    return value == "1"


def read_log(value: str) -> LogKind:
    match value:
        case "text" | "json":
            return value
        case _:
            raise SettingsError("settings.log", name="KSDD_LOG", value=value)


def read_ping_url(value: str | None) -> str | None:
    if value is not None and not split_url("KSDD_PING_URL", value, ("http", "https")).hostname:
        raise SettingsError("settings.url", name="KSDD_PING_URL", schemes="http://, https://")
    return value


def read_oidc(given: Mapping[str, str]) -> OidcClient | None:
    """The client at the identity provider; None when no issuer is named."""
    issuer, name = given.get("KSDD_OIDC_ISSUER"), given.get("KSDD_OIDC_CLIENT_ID")
    secret = read_secret(given, "KSDD_OIDC_CLIENT_SECRET")
    if issuer is None:
        if name is not None or secret is not None:
            raise SettingsError("settings.oidc_issuer", name="KSDD_OIDC_ISSUER")
        return None
    parts = split_url("KSDD_OIDC_ISSUER", issuer, ("https", "http"))
    plain = parts.scheme == "http" and not is_loopback(parts.hostname)
    if plain or not parts.hostname or parts.query or parts.fragment or len(issuer) > 300:
        raise SettingsError("settings.oidc_plain", name="KSDD_OIDC_ISSUER", value=issuer)
    if name is None:
        raise SettingsError("settings.oidc_client", name="KSDD_OIDC_CLIENT_ID")
    return OidcClient(issuer=issuer, id=name, secret=secret)


def read_secret(given: Mapping[str, str], name: str, *, may_be_empty: bool = False) -> str | None:
    """The setting `name` itself, or what stands in the file that `name`_FILE points to.

    Only one of the two may be given.
    """
    file = given.get(f"{name}_FILE")
    if file is None:
        return given.get(name)
    if name in given:
        raise SettingsError("settings.secret_twice", name=f"{name}_FILE", other=name)
    return _read_file(f"{name}_FILE", file, may_be_empty=may_be_empty) or None


def read_password(given: Mapping[str, str], url: str) -> str:
    """The database's URL with the password that stands in a file, if one is named."""
    name = "KSDD_DATABASE_PASSWORD_FILE"
    if name not in given:
        return url
    password = _read_file(name, given[name], may_be_empty=False)
    parts = urlsplit(url)
    if parts.password or not parts.username or not parts.scheme.startswith("postgresql"):
        raise SettingsError("settings.database_password", name=name)
    host = parts.netloc.rpartition("@")[2]
    user = f"{parts.username}:{quote(password, safe='')}"
    return parts._replace(netloc=f"{user}@{host}").geturl()


def _read_file(name: str, file: str, *, may_be_empty: bool) -> str:
    try:
        found = Path(file).expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        found, may_be_empty = "", False
    if not found and not may_be_empty:
        raise SettingsError("settings.secret_file", name=name, value=file)
    return found
