"""`ksdd accounts`: make, list, disable, hand out a link; every mistake is one sentence."""

from __future__ import annotations

from processes.office import Office
from processes.settings import Settings
from processes.store import accounts
from processes.store.database import Database
from tests.webhooks.test_cli import Run
from tests.webhooks.test_cli import database as database
from tests.webhooks.test_cli import ksdd as ksdd
from tests.webhooks.test_cli import settings as settings
from webhooks.app import create_app

SARI = ("Sari Contoh", "--role", "petugas", "--region", "32.01", "--region", "32.02")


def path_of(out: str) -> str:
    return out.strip().removeprefix("http://127.0.0.1:8000")


def test_an_account_is_made_listed_given_a_link_and_disabled(ksdd: Run, settings: Settings) -> None:
    code, out, _ = ksdd("accounts", "add", *SARI, "--email", "sari@contoh.go.id")
    assert (code, len(out.splitlines())) == (0, 1)
    office = Office.open(settings)
    browser = create_app(office).test_client()
    assert "Sari Contoh" in browser.get(path_of(out)).text

    _, out, _ = ksdd("accounts", "list")
    assert "Sari Contoh\tsari@contoh.go.id\tpetugas\t32.01, 32.02" in out
    code, out, _ = ksdd("accounts", "link", "sari@contoh.go.id")
    assert browser.post(path_of(out)).status_code == 303
    assert browser.get("/tugas-saya").status_code == 200

    code, out, _ = ksdd("accounts", "disable", "sari contoh", "--reason", "Pindah")
    assert (code, "Sari Contoh dinonaktifkan" in out) == (0, True)
    assert browser.get("/tugas-saya").status_code == 303
    assert "\tnonaktif" in ksdd("accounts", "list")[1]
    assert ksdd("accounts", "link", "Sari Contoh")[0] == 1
    office.close()


MISTAKES = {
    ("add", "Sari", "--role", "petugas", "--region", "99.99"): "99.99",
    ("add", "Sari", "--role", "pengamat", "--region", "32.01"): "hari terakhir",
    ("add", " ", "--role", "owner"): "Nama wajib",
    ("add", "Sari", "--role", "system"): "petugas",
    ("add", "administrator", "--role", "admin"): "Sudah ada akun",
    ("add", "Sari", "--role", "owner", "--until", "besok"): "--until",
    ("disable", "administrator", "--reason", "x"): "administrator terakhir",
    ("disable", "siapa", "--reason", "x"): "siapa",
    ("link", "siapa"): "siapa",
}


def test_a_mistake_about_accounts_is_one_sentence(ksdd: Run) -> None:
    assert ksdd("sign-in")[0] == 0
    for words, said in MISTAKES.items():
        code, out, err = ksdd("accounts", *words)
        assert (code, out, len(err.splitlines()), said in err) == (1, "", 1, True), words


def test_the_first_administrators_link_still_gives_a_whole_session(
    ksdd: Run, settings: Settings, database: Database
) -> None:
    _, out, _ = ksdd("sign-in")
    office = Office.open(settings)
    browser = create_app(office).test_client()
    assert browser.post(path_of(out)).status_code == 303
    assert browser.get("/").status_code == 200
    assert browser.get("/perkara/baru").status_code == 200
    with database.read() as session:
        [found] = [accounts.find_by_login(session, accounts.FIRST_ACCOUNT)]
    assert found is not None
    assert found.password is None
    office.close()
