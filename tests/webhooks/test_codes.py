"""One-time codes: for one official, one task, and exactly what he was shown; once, ten minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from processes.office import Office
from processes.store.confirmation_codes import code_of, make
from processes.store.tables import ConfirmationCode, MessageStatus
from tests.webhooks.coded import CodedCase
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from tests.webhooks.official import complete_isian
from worker.delivery import deliver_due

Coded = CodedCase


@pytest.fixture
def coded(app: Flask, office: Office, clock: Clock) -> CodedCase:
    return CodedCase(app, office, clock())


def test_what_is_seen_is_what_is_confirmed_and_the_history_says_by_which_code(
    coded: Coded, clock: Clock
) -> None:
    coded.hand_in(clock())
    signer = coded.holder("utama", clock())
    review = signer.ask()

    assert review.status_code == 200
    assert coded.is_open("utama")
    [code] = coded.codes(clock())
    [mail] = [text for text in coded.mails().values() if code in text]
    fingerprint = review.text.split('class="hash">')[-1][:14]
    for words in ("Pelayanan publik", "Kabupaten Sukabumi", "naskah.pdf", "Memaraf", fingerprint):
        assert words in mail, words
        assert words in review.text, words
    for text in (mail, review.text):
        assert "bukan tanda tangan elektronik tersertifikasi" in text
        assert "BSrE" in text
    assert code not in mail.splitlines()[1]

    receipt = signer.confirm(review, f" {code[:4]} {code[4:]} ")

    assert receipt.status_code == 200
    assert "kode melalui WhatsApp" in receipt.text
    assert "bukan tanda tangan elektronik tersertifikasi" in receipt.text
    assert coded.history("task.completed")[-1]["proof"] == {"kind": "kode", "way": "whatsapp"}
    assert signer.confirm(review, code).status_code == 200  # pressed twice: the same receipt


@pytest.mark.parametrize(
    ("seconds", "taken"), [(599, True), (600, False), (601, False)], ids=["t-1", "t", "t+1"]
)
def test_a_code_lives_ten_minutes(coded: Coded, clock: Clock, seconds: int, *, taken: bool) -> None:
    signer = coded.holder("utama", clock())
    review = signer.ask()
    [code] = coded.codes(clock())
    clock.moment += timedelta(seconds=seconds)

    assert (signer.confirm(review, code).status_code == 200) is taken
    assert coded.is_open("utama") is not taken


def test_only_the_officials_own_code_for_this_very_task_is_taken(
    coded: Coded, clock: Clock
) -> None:
    now = clock()
    signer = coded.holder("utama", now)
    review = signer.ask()
    [mine] = coded.codes(now)
    coded.holder("lain", now).ask()
    other_official = coded.codes(now)[-1]
    second = coded.open(now)
    coded.holder("utama", now, second).ask()
    other_task = coded.codes(now)[-1]
    assert len({mine, other_official, other_task}) == 3

    for wrong in (other_official, other_task, "", "abc", "12345678901"):
        answer = signer.confirm(review, wrong)
        assert answer.status_code == 422
        assert coded.is_open("utama")
    assert signer.confirm(review, mine).status_code == 200
    assert not coded.is_open("utama")


def test_any_change_of_document_task_title_or_answer_voids_the_code(
    coded: Coded, clock: Clock
) -> None:
    now = clock()
    signer = coded.holder("utama", now)
    review = signer.ask()
    old = coded.codes(now)[-1]

    answer = signer.confirm(review, old, paraf="kembalikan")
    assert (answer.status_code, coded.is_open("utama")) == (422, True)
    assert "berubah" in answer.text
    fresh = coded.codes(now)[-1]
    assert fresh != old  # a code for what is shown now is on its way

    coded.hand_in(now)
    answer = signer.confirm(answer, fresh)
    assert (answer.status_code, coded.is_open("utama")) == (422, True)
    assert "naskah.pdf" in answer.text

    retitled = coded.codes(now)[-1]
    coded.retitle("Judul yang lain")
    answer = signer.confirm(answer, retitled)
    assert (answer.status_code, coded.is_open("utama")) == (422, True)
    assert signer.confirm(answer, coded.codes(now)[-1]).status_code == 200


def test_five_wrong_codes_end_all_codes_for_a_quarter_of_an_hour(
    coded: Coded, clock: Clock
) -> None:
    now = clock()
    signer = coded.holder("utama", now)
    review = signer.ask()
    [right] = coded.codes(now)
    wrong = f"{(int(right) + 1) % 10**8:08}"

    answers = [signer.confirm(review, wrong) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [422] * 4 + [429]
    assert answers[4].headers["Retry-After"] == "900"
    assert "tersisa 1 percobaan" in answers[3].text
    assert signer.confirm(review, right).status_code == 429
    assert signer.ask().status_code == 429  # nor is a new one sent
    assert len(coded.codes(now)) == 1
    assert len(coded.history("code.locked")) == 1
    clock.moment += timedelta(minutes=15)
    assert signer.confirm(review, right).status_code == 422  # it died
    again = signer.ask()
    assert signer.confirm(again, coded.codes(clock())[-1]).status_code == 200


def test_confirming_with_an_empty_code_says_what_is_missing(coded: Coded, clock: Clock) -> None:
    signer = coded.holder("utama", clock())
    review = signer.ask(catatan="Sudah diperiksa")
    [code] = coded.codes(clock())

    for empty in ("", "   "):
        answer = signer.confirm(review, empty)
        assert answer.status_code == 422
        assert 'id="kode-galat"' in answer.text
        assert "Kodenya belum diisi. Isikan kode yang dikirim" in answer.text
        assert "Sudah diperiksa" in answer.text
    assert coded.codes(clock()) == [code], "the one that lives is not sent again"
    assert signer.confirm(answer, "", _minta_kode="ya").status_code == 200, "he asked for another"
    assert signer.confirm(answer, coded.codes(clock())[-1]).status_code == 200


def test_a_code_beside_bad_answers_is_not_looked_at_and_costs_no_try(
    coded: Coded, clock: Clock
) -> None:
    signer = coded.holder("utama", clock())
    review = signer.ask()
    [right] = coded.codes(clock())
    wrong = f"{(int(right) + 1) % 10**8:08}"

    for code in (*[wrong] * 6, right):
        refused = signer.json(answers={"paraf": "mungkin"}, kode=code)
        assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["paraf"])
        page = signer.confirm(review, code, paraf="mungkin")
        assert (page.status_code, "tersisa" in page.text) == (422, False)

    assert "tersisa 4 percobaan" in signer.confirm(review, wrong).text
    assert signer.confirm(review, right).status_code == 200


def test_a_machine_is_told_that_codes_are_locked_and_for_how_long(
    coded: Coded, clock: Clock
) -> None:
    signer = coded.holder("utama", clock())
    for number in range(5):
        clock.moment += timedelta(seconds=10)
        answer = signer.json(kode=f"0000000{number}")

    locked = answer.get_json()
    assert answer.status_code == 429
    assert locked["type"] == "urn:ksdd:problem:code_locked"
    assert locked["detail"].startswith("Terlalu banyak kode yang salah.")
    assert locked["errors"] == {"kode": locked["detail"]}
    assert answer.headers["Retry-After"] == "900"
    clock.moment += timedelta(minutes=10, milliseconds=500)
    later = signer.json(kode="00000009")
    assert (later.status_code, later.headers["Retry-After"]) == (429, "300")


def test_wrong_codes_count_for_the_address_and_codes_are_not_sent_without_end(
    coded: Coded, clock: Clock
) -> None:
    signer = coded.holder("utama", clock())
    review = signer.ask()
    for number in range(2, 9):
        clock.moment += timedelta(minutes=1)
        coded.codes(clock())
        answer = signer.confirm(review, "", _minta_kode="ya")
        assert answer.status_code == (200 if number <= 6 else 422)
    assert "6 kode diminta" in answer.text
    assert len(coded.codes(clock())) == 6
    statuses = []
    for case in range(5):
        other = coded.holder("utama", clock(), coded.open(clock()))
        statuses += [other.json(kode=f"0000000{case}").status_code for _ in range(4)]
    assert statuses == [422] * 20
    assert other.json(kode="00000009").status_code == 429


def test_a_machine_with_a_link_gives_the_code_beside_its_answers(
    coded: Coded, clock: Clock
) -> None:
    signer = coded.holder("utama", clock())
    assert signer.look(headers={"Accept": "application/json"}).get_json()["assurance"] == (
        "tautan+kode"
    )

    refused = signer.json(answers={"paraf": "mungkin"})
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["paraf"])
    assert coded.codes(clock()) == []
    asked = signer.json()
    assert asked.status_code == 422
    assert "WhatsApp" in asked.get_json()["errors"]["kode"]
    assert signer.json().status_code == 422
    [code] = coded.codes(clock())  # the one that lives is not sent again
    assert signer.json(kode=12345678).status_code == 422
    assert list(signer.json(kode="00000000").get_json()["errors"]) == ["kode"]
    signer.json(minta_kode=True)
    fresh = coded.codes(clock())[-1]
    assert fresh != code
    assert signer.json(kode=code).status_code == 422
    receipt = signer.json(kode=fresh)
    assert (receipt.status_code, receipt.get_json()["proof"]["way"]) == (200, "whatsapp")


def test_a_system_token_and_a_paper_need_no_code(
    coded: Coded, clock: Clock, office: Office, app: Flask
) -> None:
    from processes.store import accounts
    from processes.store.tables import AccountRole

    with office.database.write() as session:
        token = accounts.create_token(
            session, name="sistem lain", role=AccountRole.SYSTEM, now=clock()
        )
    path = f"/api/v1/tasks/{coded.task('utama')}/complete"
    answer = app.test_client().post(
        path,
        json={"answers": {"paraf": "paraf"}},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200
    proof = {"kind": "sistem", "by": "sistem lain"}
    assert coded.history("task.completed")[-1]["proof"] == proof
    recorder = coded.recorder("lain", clock())
    paper = {
        "paraf": "paraf",
        "dicatat_dari.nomor": "1/2026",
        "dicatat_dari.tanggal": "2026-03-02",
        "dicatat_dari.penanda_tangan": "Sekda",
        "dicatat_dari.dokumen": complete_isian()["surat"],
    }
    holder = coded.holder("lain", clock())
    assert "Jawaban sudah diterima" in recorder.send(paper).text
    assert not coded.is_open("lain")
    assert "<h1>Sudah dicatat dari surat bertanda tangan</h1>" in holder.look().text
    assert "proof" not in coded.history("task.completed")[-1]


def test_the_answers_can_still_be_changed_and_a_robot_gets_no_code(
    coded: Coded, clock: Clock
) -> None:
    signer = coded.holder("utama", clock())
    assert signer.send({}).status_code == 422
    assert coded.codes(clock()) == []
    review = signer.ask(catatan="Sudah diperiksa")
    form = signer.confirm(review, "", _ubah="ya")
    assert form.status_code == 200
    assert "Sudah diperiksa" in form.text
    assert 'name="_kode"' not in form.text
    assert coded.is_open("utama")


def test_codes_stand_nowhere_but_in_their_message(
    coded: Coded, clock: Clock, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Two hundred of them, used, void and waiting; the database is searched as it lies on disk."""
    caplog.set_level(0)
    signer = coded.holder("utama", clock())
    for number in range(20):
        clock.moment += timedelta(minutes=61 if number % 6 == 0 else 1)
        signer.json(minta_kode=True)
        deliver_due(office, clock())
    codes = coded.codes(clock())
    with office.database.write() as session:
        [first, *_] = rows = session.query(ConfirmationCode).all()
        facts = {"task_id": first.task_id, "official_id": first.official_id, "way": first.way}
        for _ in range(180):
            rows.append(make(session, **facts, bound_to=first.bound_to, now=clock()))
            codes.append(code_of(office.secret, rows[-1]))
    assert signer.json(kode=codes[-1]).status_code == 200
    with office.database.read() as session:
        rows = session.query(ConfirmationCode).all()

    assert len(codes) == len(rows) == 200
    kept = b"".join(
        path.read_bytes()
        for path in office.settings.data.rglob("*")
        if path.is_file() and path.suffix != ".eml"
    )
    assert [code for code in codes if code.encode() in kept] == []
    assert [code for code in codes if code in caplog.text] == []
    assert all(row.ended_at and row.salt is None for row in rows)


def test_whoever_has_nothing_but_mail_is_told_so_and_the_proof_is_weak(
    coded: Coded, clock: Clock
) -> None:
    coded.change("kabag", phone=None)
    coded.change("sekretaris_dprd", phone=None)
    signer = coded.holder("utama", clock())
    review = signer.ask()
    assert "bukti lemah" in review.text
    assert "aplikasi autentikator" in review.text
    assert "menyerahkan kode secara langsung" in review.text
    signer.confirm(review, coded.codes(clock())[-1])
    proof = coded.history("task.completed")[-1]["proof"]
    assert proof == {"kind": "kode", "way": "surel_sama", "weak": True}

    strict = coded.holder("ketat", clock())
    sent = len(coded.codes(clock()))
    review = strict.ask()
    assert "tidak mempunyai saluran kedua" in review.text
    assert len(coded.codes(clock())) == sent
    assert "dicatat" in strict.json().get_json()["errors"]["kode"]


def test_the_cooperation_office_of_his_own_region_hands_a_code_over(
    coded: Coded, clock: Clock, signed_in: SignIn
) -> None:
    recorder = coded.recorder("utama", clock())
    page = recorder.look().text
    assert "Serahkan kode" in page
    official = page.split('name="_pejabat" value="')[1].split('"')[0]
    form = {"_pejabat": official, "_kunci": key_in(page)}
    made = recorder.client.post(f"{recorder.path}/serahkan", data=form)
    assert made.status_code == 200
    code = made.text.split('class="hash">')[1][:8]
    signer = coded.holder("utama", clock())
    review = signer.ask()
    coded.hand_in(clock())
    assert "berubah" in signer.confirm(review, code).text
    board = signed_in(region="32.01")
    key = key_in(board.get(f"/perkara/{coded.id}").text)
    path = f"/perkara/{coded.id}/tugas/{coded.task('utama')}/kode"
    made = board.post(path, data={"official": official, "_kunci": key})
    receipt = signer.confirm(signer.ask(), made.text.split('class="hash">')[1][:8])
    for elsewhere in (signed_in(), signed_in(region="32.02")):
        key = key_in(elsewhere.get("/perkara").text)
        answer = elsewhere.post(path, data={"official": official, "_kunci": key})
        assert answer.status_code in (403, 404)
    assert receipt.status_code == 200
    assert "diserahkan langsung oleh admin 32.01" in receipt.text


def test_in_production_a_code_by_telephone_begins_to_age_when_the_clerk_sends_it(
    coded: Coded, clock: Clock, office: Office, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    object.__setattr__(office.settings, "env", "production")
    signer = coded.holder("utama", clock())
    review = signer.ask()
    assert "mengirim kode lewat WhatsApp" in review.text
    [message] = coded.messages()
    assert message.status is MessageStatus.BY_HAND
    clock.moment += timedelta(minutes=30)
    board = signed_in(region="32.01")
    key = key_in(board.get("/pesan").text)
    words = board.post(f"/pesan/{message.id}/whatsapp", data={"_kunci": key}).text
    code = words.split("Kode: ")[1][:8]
    clock.moment += timedelta(minutes=9)

    assert signer.confirm(review, code).status_code == 200
    proof = {"kind": "kode", "way": "whatsapp", "by": "admin 32.01"}
    assert coded.history("task.completed")[-1]["proof"] == proof
