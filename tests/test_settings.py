"""Every setting has an effect, and a wrong one stops the start with its name and a hint."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import make_url

from processes.errors import SettingsError
from processes.setting_values import OidcClient
from processes.settings import NAMES, Settings


def read(**given: str) -> Settings:
    return Settings.from_environment({f"KSDD_{name}": value for name, value in given.items()})


def refusal(**given: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(**given)
    return caught.value.say()


def test_an_installation_that_says_nothing_is_a_production_one_on_this_machine() -> None:
    settings = read()
    assert settings.env == "production"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.data == Path("var").absolute()
    assert settings.database_url == f"sqlite+pysqlite:///{settings.data}/ksdd.sqlite3"
    assert (settings.redis_url, settings.mail_url, settings.sample) == (None, None, False)


def test_every_setting_has_its_effect(tmp_path: Path) -> None:
    settings = read(
        ENV="development",
        DATA=str(tmp_path),
        HOST="0.0.0.0",
        PORT="9001",
        BASE_URL="https://ksdd.example.test/",
        DATABASE_URL="postgresql://ksdd@db/ksdd",
        REDIS_URL="redis://:x@broker:6379/0",
        MAIL_URL="smtp://mail.example.test:2525",
        MAIL_FROM="kerjasama@example.test",
        LETTERS_PER_DAY="7",
        PROXIES="1",
        WEBHOOK_NETWORKS="10.20.0.0/16, fd00::/8",
        OIDC_ISSUER="https://masuk.example.test/realms/asn",
        OIDC_CLIENT_ID="ksdd",
        OIDC_CLIENT_SECRET="rahasia",
        SAMPLE="0",
        LOG="json",
        PING_URL="https://ping.example.test/abc",
        BUNDLE="0",
    )
    assert settings == Settings(
        env="development",
        data=tmp_path,
        host="0.0.0.0",
        port=9001,
        base_url="https://ksdd.example.test",
        database_url="postgresql+psycopg://ksdd@db/ksdd",
        redis_url="redis://:x@broker:6379/0",
        mail_url="smtp://mail.example.test:2525",
        mail_from="kerjasama@example.test",
        letters_per_day=7,
        proxies=1,
        webhook_networks=("10.20.0.0/16", "fd00::/8"),
        oidc=OidcClient(
            issuer="https://masuk.example.test/realms/asn", id="ksdd", secret="rahasia"
        ),
        sample=False,
        log="json",
        ping_url="https://ping.example.test/abc",
        bundle=False,
    )
    assert len(NAMES) == 24


def test_the_secret_of_the_identity_provider_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("rahasia\n")
    given = {"OIDC_ISSUER": "http://127.0.0.1:9000", "OIDC_CLIENT_ID": "ksdd"}
    client = read(**given, OIDC_CLIENT_SECRET_FILE=str(file)).oidc
    assert client is not None
    assert client.secret == "rahasia"
    assert "rahasia" not in repr(client)
    open_client = read(**given).oidc
    assert open_client is not None
    assert open_client.secret is None


def test_the_password_of_the_database_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("r@hasia/#1\n")
    url = "postgresql://ksdd@db:5433/ksdd?sslmode=require"
    settings = read(DATABASE_URL=url, DATABASE_PASSWORD_FILE=str(file))
    found = make_url(settings.database_url)
    assert (found.username, found.password, found.host) == ("ksdd", "r@hasia/#1", "db")
    assert (found.port, found.database, found.query["sslmode"]) == (5433, "ksdd", "require")
    assert "hasia" not in repr(settings)
    for other in ("postgresql://ksdd:lain@db/ksdd", "postgresql://db/ksdd", "sqlite:///x.sqlite3"):
        said = refusal(DATABASE_URL=other, DATABASE_PASSWORD_FILE=str(file))
        assert "KSDD_DATABASE_PASSWORD_FILE" in said
    assert "kosong" in refusal(DATABASE_URL=url, DATABASE_PASSWORD_FILE="/nowhere")


def test_the_mail_server_may_stand_in_a_file_and_an_empty_one_names_none(tmp_path: Path) -> None:
    file = tmp_path / "mail"
    file.write_text("smtp://ksdd:rahasia@mail.example.test\n")
    assert read(MAIL_URL_FILE=str(file)).mail_url == "smtp://ksdd:rahasia@mail.example.test"
    assert "keduanya" in refusal(MAIL_URL="smtp://x", MAIL_URL_FILE=str(file))
    file.write_text("")
    assert read(MAIL_URL_FILE=str(file)).mail_url is None
    assert "KSDD_MAIL_URL_FILE" in refusal(MAIL_URL_FILE=str(tmp_path / "lain"))


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"OIDC_ISSUER": "http://masuk.example.test", "OIDC_CLIENT_ID": "x"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "masuk", "OIDC_CLIENT_ID": "x"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://masuk.example.test?x=1", "OIDC_CLIENT_ID": "x"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://masuk.example.test"}, "OIDC_CLIENT_ID"),
        ({"OIDC_CLIENT_ID": "x"}, "OIDC_ISSUER"),
        ({"OIDC_CLIENT_SECRET": "x"}, "OIDC_ISSUER"),
        ({"OIDC_CLIENT_SECRET_FILE": "/nowhere"}, "OIDC_CLIENT_SECRET_FILE"),
        ({"OIDC_CLIENT_SECRET": "x", "OIDC_CLIENT_SECRET_FILE": "y"}, "OIDC_CLIENT_SECRET_FILE"),
    ],
)
def test_half_an_identity_provider_stops_the_start(given: dict[str, str], name: str) -> None:
    assert f"KSDD_{name}" in refusal(**given)


def test_a_development_installation_has_sample_officials_unless_told_not_to() -> None:
    assert read(ENV="development").sample
    assert not read(ENV="development", SAMPLE="0").sample


def test_links_follow_the_port_when_no_base_url_is_given() -> None:
    assert read(PORT="9002").base_url == "http://127.0.0.1:9002"


def test_the_sender_lives_at_the_host_of_the_pages() -> None:
    assert read(BASE_URL="https://ksdd.example.test").mail_from == "ksdd@ksdd.example.test"
    assert read().mail_from == "ksdd@localhost"


def test_an_unknown_setting_stops_the_start_and_names_the_nearest() -> None:
    said = refusal(DATABSE_URL="sqlite://")
    assert "KSDD_DATABSE_URL" in said
    assert "KSDD_DATABASE_URL" in said


def test_settings_of_the_tests_are_left_alone() -> None:
    read(TEST_DATABASE_URL="anything")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENV", "prod"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "८०००"),
        ("PORT", "8000x"),
        ("HOST", "all of them"),
        ("BASE_URL", "ksdd.example.test"),
        ("BASE_URL", "ftp://ksdd.example.test"),
        ("BASE_URL", "https://ksdd.example.test/?x=1"),
        ("BASE_URL", "https://user@ksdd.example.test"),
        ("BASE_URL", "https://[::1"),
        ("DATABASE_URL", "mysql://x"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://broker:port"),
        ("MAIL_URL", "mail.example.test"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_FROM", "Bagian Kerja Sama"),
        ("MAIL_FROM", "a@example.test\r\nBcc: b@example.test"),
        ("SAMPLE", "yes"),
        ("PROXIES", "9"),
        ("LOG", "xml"),
        ("PING_URL", "ping.example.test"),
        ("BUNDLE", "ya"),
    ],
)
def test_a_bad_value_stops_the_start_with_its_name(name: str, value: str) -> None:
    assert f"KSDD_{name}" in refusal(**{name: value})


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("")
    assert "KSDD_DATA" in refusal(DATA=str(taken))


def test_production_refuses_links_that_travel_in_the_clear() -> None:
    assert "https://" in refusal(BASE_URL="http://ksdd.example.test")
    assert read(ENV="development", BASE_URL="http://ksdd.example.test")
    assert read(BASE_URL="http://localhost:8000")
    assert read(BASE_URL="http://[::1]:8000")


def test_production_never_takes_sample_officials() -> None:
    assert "KSDD_SAMPLE" in refusal(SAMPLE="1")
    assert not read(SAMPLE="0").sample


def test_passwords_in_addresses_are_not_shown_when_settings_are_printed() -> None:
    settings = read(
        DATABASE_URL="postgresql://ksdd:rahasia@db/ksdd",
        REDIS_URL="redis://:rahasia@broker/0",
        MAIL_URL="smtp://ksdd:rahasia@mail.example.test",
    )
    assert "rahasia" not in repr(settings)


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    settings = read(DATA=str(tmp_path / "baru"))
    first = settings.secret()
    assert len(first) == 32
    assert settings.secret() == first
    path = settings.data / "secret.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in settings.data.iterdir()] == ["secret.key"]


def test_processes_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    settings = read(DATA=str(tmp_path / "baru"))
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _: settings.secret(), range(64)))
    assert len(found) == 1


def test_a_damaged_secret_stops_the_start(tmp_path: Path) -> None:
    settings = read(DATA=str(tmp_path))
    (tmp_path / "secret.key").write_bytes(b"short")
    with pytest.raises(SettingsError, match=r"secret\.key"):
        settings.secret()
