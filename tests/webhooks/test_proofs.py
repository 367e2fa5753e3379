"""Other proofs than a code that was sent: an authenticator app, one's own account; and who is
warned of whom no code could reach."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from processes import actions
from processes.actions.code_warnings import warnings_of
from processes.office import Office
from processes.store import accounts
from processes.store.tables import AccountRole
from tests.webhooks.coded import CLERK, CodedCase, Signer
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from webhooks.cli import commands


@pytest.fixture
def coded(app: Flask, office: Office, clock: Clock) -> CodedCase:
    return CodedCase(app, office, clock())


def register(signer: Signer, coded: CodedCase, clock: Clock) -> pyotp.TOTP:
    """Register an authenticator app, as an official does on the page of his link."""
    path = f"{signer.path}/aplikasi"
    key = key_in(signer.client.get(path).text)
    page = signer.client.post(path, data={"_kunci": key, "_minta_kode": "ya"})
    assert "berlaku sampai" in page.text
    shown = signer.client.post(path, data={"_kunci": key, "_kode": coded.codes(clock())[-1]})
    assert "<svg" in shown.text
    app = pyotp.TOTP(shown.text.split('class="hash">')[1].split("<")[0])
    hidden = {
        name: shown.text.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("aplikasi", "bukti", "_kunci")
    }
    wrong = signer.client.post(path, data={**hidden, "_kode": "000000"})
    assert (wrong.status_code, app.secret in wrong.text) == (422, True)
    foreign = signer.client.post(path, data={**hidden, "bukti": "0" * 32, "_kode": app.at(clock())})
    assert foreign.status_code == 403
    done = signer.client.post(path, data={**hidden, "_kode": app.at(clock())})
    assert "Aplikasi terdaftar" in done.text
    return app


def test_an_app_gives_codes_of_one_step_drift_each_of_them_once(
    coded: CodedCase, clock: Clock
) -> None:
    clock.moment = clock.moment.replace(second=10)
    signer = coded.holder("utama", clock())
    app = register(signer, coded, clock)
    sent = len(coded.codes(clock()))
    review = signer.ask()
    assert "Buka aplikasi autentikator" in review.text
    assert len(coded.codes(clock())) == sent  # nothing is sent to whoever has an app

    registered_with = app.at(clock())
    assert signer.confirm(review, registered_with).status_code == 422  # replay of the same step
    for seconds in (-60, 60):
        far = app.at(clock() + timedelta(seconds=seconds))
        assert signer.confirm(review, far).status_code == 422
    ahead = app.at(clock() + timedelta(seconds=30))
    receipt = signer.confirm(review, f"{ahead[:3]} {ahead[3:]}")
    assert "kode aplikasi autentikator" in receipt.text
    assert coded.history("task.completed")[-1]["proof"] == {"kind": "totp"}
    assert coded.history("app.registered")[-1]["vouched_by"] == "kode whatsapp"

    second = coded.open(clock())
    again = coded.holder("utama", clock(), second)
    assert again.json(kode=ahead).status_code == 422  # used at another task
    clock.moment += timedelta(seconds=60)
    assert again.json(kode=app.at(clock())).status_code == 200


def test_whoever_only_reads_the_mail_cannot_register_an_app(coded: CodedCase, clock: Clock) -> None:
    coded.change("kabag", phone=None)
    signer = coded.holder("utama", clock())
    path = f"{signer.path}/aplikasi"
    key = key_in(signer.client.get(path).text)
    asked = signer.client.post(path, data={"_kunci": key, "_minta_kode": "ya"})
    assert asked.status_code == 422
    assert "tidak mempunyai saluran kedua" in asked.text
    signer.ask()
    [weak] = coded.codes(clock())  # the code for the answers, in a mail of its own
    tried = signer.client.post(path, data={"_kunci": key, "_kode": weak})
    assert (tried.status_code, "<svg" in tried.text) == (422, False)


def enter(app: Flask, office: Office, known_as: str, moment: datetime) -> FlaskClient:
    """A browser that used an official's own sign-in link."""
    token = actions.own_sign_in_link(office, known_as, now=moment)
    client = app.test_client()
    assert client.post(f"/masuk/{token}").status_code == 303
    return client


def test_a_task_that_asks_for_it_is_finished_by_its_holders_own_session_only(
    coded: CodedCase, clock: Clock, app: Flask, office: Office, signed_in: SignIn
) -> None:
    signer = coded.holder("masuk", clock())
    assert "masuk dengan akun sendiri" in signer.look().text
    alone = signer.ask(catatan="Tetap tertulis")
    assert (alone.status_code, "Tetap tertulis" in alone.text) == (422, True)
    assert list(signer.json().get_json()["errors"]) == ["masuk"]
    coded.change("asisten", email="asisten.bogor@contoh.example")
    coded.change("kabag", email="kabag.bogor@contoh.example")
    for other in (
        signed_in(region="32.01"),
        enter(app, office, "kabag.bogor@contoh.example", clock()),
    ):
        signer.client = other
        assert signer.ask().status_code == 422
    signer.client = enter(app, office, "asisten.bogor@contoh.example", clock())

    assert "masuk dengan akun sendiri" in signer.ask().text
    assert coded.history("task.completed")[-1]["proof"] == {"kind": "masuk"}
    assert signer.client.get("/").status_code == 200
    foreign = signer.client.post(
        f"/perkara/{coded.id}/tarik",
        data={
            "act": "withdraw",
            "reason": "x",
            "_kunci": key_in(signer.client.get("/perkara").text),
        },
    )
    assert foreign.status_code == 403  # an official's account looks, it does not administer


def test_publishing_and_importing_name_each_official_whom_no_code_could_reach(
    coded: CodedCase, office: Office, app: Flask, clock: Clock, tmp_path: Path
) -> None:
    coded.change("kabag", phone=None)
    coded.change("sekretaris_dprd", phone=None)
    with office.database.read() as session:
        said = [line for line in warnings_of(session, office, "kode") if "Bogor" in line]
        english = warnings_of(session, office, "kode", "en")
    weak, strict = said
    assert "Kepala Bagian" in weak
    assert "bukti lemah" in weak
    assert "tugas Ketat" in strict
    assert "bukti lemah" not in strict
    assert english[0].startswith("Warning:")

    with office.database.write() as session:
        token = accounts.create_token(session, name="pemilik", role=AccountRole.OWNER, now=clock())
    from tests.webhooks.coded import procedure

    published = app.test_client().post(
        "/api/v1/procedures/kode/versions",
        data=procedure()["kode.bpmn"],
        content_type="application/bpmn+xml",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert published.status_code == 201, published.text
    assert weak in published.get_json()["warnings"]

    environment = {
        "KSDD_ENV": "development",
        "KSDD_DATA": str(office.settings.data),
        "KSDD_SAMPLE": "0",
    }
    folder = tmp_path / "kode"
    folder.mkdir()
    (folder / "kode.bpmn").write_bytes(procedure()["kode.bpmn"])
    (tmp_path / "pejabat.csv").write_text(
        "region,role,name,nip,position,status,email,phone\n"
        "32.03,kabag,Baru Contoh,,Kepala Bagian,definitif,baru@contoh.example,\n"
    )
    run = CliRunner().invoke(commands, ["publish", str(folder), "--note", "x"], env=environment)
    assert weak in run.stderr, run.output
    run = CliRunner().invoke(
        commands, ["officials", "import", str(tmp_path / "pejabat.csv")], env=environment
    )
    assert "Baru Contoh" in run.stderr
    assert weak in run.stderr


def test_an_account_of_the_first_administrator_hands_no_codes_over(
    coded: CodedCase, clock: Clock, office: Office
) -> None:
    from processes.errors import NotAllowed
    from processes.store import questions

    with office.database.read() as session:
        task = coded.task("utama")
        [(official, _)] = questions.holders_of_tasks(session, [task])[task]
    with pytest.raises(NotAllowed, match="bagian kerja sama daerah"):
        actions.hand_code(office, task, official.id, actor=CLERK, now=clock())
