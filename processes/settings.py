"""What the installation is told from outside, read once and never again.

`Settings.from_environment(os.environ)` reads every `KSDD_*` setting. One that is unknown, or whose
value cannot be used, stops the start with its name and a hint (`KSDD_TEST_*` is left alone).
There is no default secret: it is made on first use and kept in the data folder, mode 600.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from processes.errors import SettingsError
from processes.setting_values import (
    Environment,
    LogKind,
    OidcClient,
    is_loopback,
    read_base_url,
    read_bundle,
    read_clamd_url,
    read_data,
    read_database_url,
    read_env,
    read_host,
    read_letters_per_day,
    read_log,
    read_mail_from,
    read_mail_url,
    read_networks,
    read_oidc,
    read_password,
    read_ping_url,
    read_port,
    read_proxies,
    read_redis_url,
    read_sample,
    read_secret,
    read_trust,
)

#: every setting there is; README.md shows them in one table
NAMES = (
    "KSDD_ENV",
    "KSDD_DATA",
    "KSDD_HOST",
    "KSDD_PORT",
    "KSDD_BASE_URL",
    "KSDD_DATABASE_URL",
    "KSDD_DATABASE_PASSWORD_FILE",
    "KSDD_REDIS_URL",
    "KSDD_MAIL_URL",
    "KSDD_MAIL_URL_FILE",
    "KSDD_MAIL_FROM",
    "KSDD_LETTERS_PER_DAY",
    "KSDD_PROXIES",
    "KSDD_TRUST",
    "KSDD_CLAMD_URL",
    "KSDD_WEBHOOK_NETWORKS",
    "KSDD_OIDC_ISSUER",
    "KSDD_OIDC_CLIENT_ID",
    "KSDD_OIDC_CLIENT_SECRET",
    "KSDD_OIDC_CLIENT_SECRET_FILE",
    "KSDD_SAMPLE",
    "KSDD_LOG",
    "KSDD_PING_URL",
    "KSDD_BUNDLE",
)
SECRET_BYTES = 32


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
    #: proxies in front whose word on the caller's address is believed; 0 = none
    proxies: int = 0
    #: folder of the certificates that vouch for signatures; None = `trust` in the data folder
    trust: Path | None = None
    #: virus scanner (clamd) that looks at every document; None = nobody does
    clamd_url: str | None = None
    #: networks inside the house that events may be sent to, for example `10.20.0.0/16`
    webhook_networks: tuple[str, ...] = ()
    #: client at the identity provider of the house; None = nobody signs in through one
    oidc: OidcClient | None = None
    #: whether an empty installation gets sample officials
    sample: bool = False
    #: how logs are written: lines for people, or JSON
    log: LogKind = "text"
    #: who is told every minute that the sweeps are at work; None = nobody
    ping_url: str | None = field(default=None, repr=False)
    #: whether `ksdd serve` makes the scripts of the modeler when they are missing
    bundle: bool = True

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """The settings in `environ`; an empty value counts as not given. Raises SettingsError."""
        given = _known(environ)
        env = read_env(given.get("KSDD_ENV", "production"))
        data = read_data(given.get("KSDD_DATA", "var"))
        port = read_port(given.get("KSDD_PORT", "8000"))
        base_url = read_base_url(given.get("KSDD_BASE_URL", f"http://127.0.0.1:{port}"), env)
        return cls(
            env=env,
            data=data,
            host=read_host(given.get("KSDD_HOST", "127.0.0.1")),
            port=port,
            base_url=base_url,
            database_url=read_password(
                given, read_database_url(given.get("KSDD_DATABASE_URL"), data)
            ),
            redis_url=read_redis_url(given.get("KSDD_REDIS_URL")),
            mail_url=read_mail_url(read_secret(given, "KSDD_MAIL_URL", may_be_empty=True)),
            mail_from=read_mail_from(given.get("KSDD_MAIL_FROM"), base_url),
            letters_per_day=read_letters_per_day(given.get("KSDD_LETTERS_PER_DAY"), env),
            proxies=read_proxies(given.get("KSDD_PROXIES", "0")),
            trust=read_trust(given.get("KSDD_TRUST")),
            clamd_url=read_clamd_url(given.get("KSDD_CLAMD_URL")),
            webhook_networks=read_networks(given.get("KSDD_WEBHOOK_NETWORKS")),
            oidc=read_oidc(given),
            sample=read_sample(given.get("KSDD_SAMPLE"), env),
            log=read_log(given.get("KSDD_LOG", "text")),
            ping_url=read_ping_url(given.get("KSDD_PING_URL")),
            bundle=read_bundle(given.get("KSDD_BUNDLE", "1")),
        )

    @property
    def is_development(self) -> bool:
        """Whether this is a trial installation: mails become files, the clock may be given."""
        return self.env == "development"

    @property
    def mails_links_to_itself(self) -> bool:
        """Whether letters really go out whose links open on this very machine only: production
        takes a loopback address, but hardly ever means it once there is a mail server."""
        goes_out = not self.is_development and self.mail_url is not None
        return goes_out and is_loopback(urlsplit(self.base_url).hostname)

    @property
    def mail_folder(self) -> Path:
        """Where messages lie as `.eml` files when there is no mail server."""
        return self.data / "mail"

    @property
    def trust_folder(self) -> Path:
        """Where the administrator puts the certificates that vouch for signatures."""
        return self.trust or self.data / "trust"

    @property
    def secret_path(self) -> Path:
        """Where the secret lies; `processes.kept_key` says whether it is the right one."""
        return self.data / "secret.key"

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
        path = self.secret_path
        if not path.exists():
            self.keep_secret(new_secret())
        found = path.read_bytes()
        if len(found) != SECRET_BYTES:
            raise SettingsError("settings.secret", path=path, size=SECRET_BYTES)
        return found

    def keep_secret(self, secret: bytes) -> None:
        """Write the secret where there is none yet; whoever comes first wins."""
        _write_secret(self.secret_path, secret)


def new_secret() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(SECRET_BYTES)


def _write_secret(path: Path, secret: bytes) -> None:
    """Write a secret; whoever links it into place first wins, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its secret is the installation's
    finally:
        draft.unlink()


def _known(environ: Mapping[str, str]) -> dict[str, str]:
    """The given settings by name, without empty ones; an unknown name is refused."""
    ours = {n: v for n, v in environ.items() if n.startswith("KSDD_")}
    for name in sorted(ours):
        if name not in NAMES and not name.startswith("KSDD_TEST_"):
            near = (get_close_matches(name, NAMES, n=1) or [", ".join(NAMES)])[0]
            raise SettingsError("settings.unknown", name=name, near=near)
    return {n: v.strip() for n, v in ours.items() if v.strip()}
