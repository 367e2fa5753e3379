"""A draft is played in the browser: real forms, a clock to turn, and nothing that leaves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from processes import actions
from processes.office import Office
from processes.store import folder_drafts, folder_plays
from processes.store.tables import AccountRole, Case, FolderPlay, Message, Task
from tests.webhooks.conftest import ADMINISTRATOR, Clock, SignIn
from tests.webhooks.forms import key_in
from tests.webhooks.playing.cast import ALL_KINDS, Draft, Enter
from tests.webhooks.playing.trial import Trial


def counts(office: Office) -> dict[str, Any]:
    with office.database.read() as session:
        return {
            table.__name__: session.scalar(select(func.count()).select_from(table))
            for table in (Case, Task, Message)
        }


def change(office: Office, draft_id: str, old: str, new: str, clock: Clock) -> None:
    with office.database.read() as session:
        found = folder_drafts.find_draft(session, draft_id)
        text = folder_drafts.files_of(session, draft_id)["uji.bpmn"].decode()
    assert old in text
    actions.save_draft(
        office,
        draft_id,
        {"uji.bpmn": text.replace(old, new, 1).encode()},
        revision=found.revision,
        actor=ADMINISTRATOR,
        now=clock(),
    )


def test_a_draft_is_played_to_its_end_and_nothing_is_left_of_it(
    office: Office, draft: Draft, trial: Enter
) -> None:
    before = counts(office)
    play = trial(draft())
    assert "tidak ada surel yang keluar" in play.page
    play.begin()
    assert "Mengisi semua jenis isian" in play.page
    assert "Contoh Bagian Kerja Sama" in play.page
    assert "sisa 5 hari kerja" in play.page
    play.answer(ALL_KINDS)
    assert play.status == 200
    assert "“Mengisi semua jenis isian” dijawab, Kabupaten Bogor." in play.page
    play.answer({"hasil": "perbaikan"})
    # what came back has the earlier answers in it, except the decisions
    assert 'value="Pelayanan publik"' in play.page
    play.answer({**ALL_KINDS, "judul": "Judul kedua"})
    play.answer({"hasil": "lengkap"})
    play.answer({})
    assert play.status == 422
    assert 'id="pernyataan-galat"' in play.page
    play.answer({"_pernyataan": "ya"})
    assert "Perkara sudah berakhir" in play.page
    assert counts(office) == before


def test_what_is_wrong_in_a_form_is_told_as_officials_are_told(draft: Draft, trial: Enter) -> None:
    play = trial(draft())
    play.begin()
    page = play.press("jawab", _tugas="isian", _daerah="32.01", judul="x" * 41, bulan="70",
                      tanggal_surat="kemarin", nilai="banyak")  # fmt: skip
    assert play.status == 422
    for field in ("judul", "bulan", "nilai", "tanggal_surat", "membebani", "surat", "nomor"):
        assert f'id="isian-{field}-galat"' in page, field
    assert 'value="kemarin"' in page
    assert "x" * 41 in page
    play.answer(ALL_KINDS | {"surat": "contoh"})
    assert "Memutuskan" in play.page
    assert play.status == 200


def test_the_clock_is_turned_and_what_it_brings_is_shown(draft: Draft, trial: Enter) -> None:
    play = trial(draft())
    play.begin()
    assert "Kejadian berikutnya: Kamis, 5 Maret 2026" in play.page
    play.press("berikutnya")
    assert "<code>pengingat</code>" in play.page
    letters = play.browser.get(f"{play.address}/surat/1").text
    assert "bagian-kerja-sama.3201@contoh.example" in letters
    assert "Mengisi semua jenis isian" in letters
    play.press("maju", _hari="3")
    assert "terlambat" in play.page
    play.press("maju_ke", _tanggal="2026-03-20")
    assert "<code>eskalasi</code>" in play.page
    assert "Jumat, 20 Maret 2026" in play.page
    for act, typed in (
        ("maju", {"_hari": "0"}),
        ("maju", {"_hari": "banyak"}),
        ("maju_ke", {"_tanggal": "2026-03-20"}),
        ("maju_ke", {"_tanggal": "2029-01-01"}),
        ("maju_ke", {"_tanggal": "besok"}),
    ):
        play.press(act, **typed)
        assert play.status == 422
        assert "-galat" in play.page


def test_the_last_step_is_taken_back_and_all_of_them_are(draft: Draft, trial: Enter) -> None:
    play = trial(draft())
    play.begin()
    play.answer(ALL_KINDS)
    assert "Hasil" in play.page
    play.press("urung")
    assert "Hasil" not in play.page
    assert "Batalkan langkah terakhir" not in play.page
    play.press("ulang")
    assert "Kode daerah" in play.page


def test_the_steps_are_played_again_on_a_draft_that_was_changed(
    office: Office, clock: Clock, draft: Draft, trial: Enter
) -> None:
    draft_id = draft()
    play = trial(draft_id)
    play.begin()
    play.answer(ALL_KINDS)
    assert "sisa 5 hari kerja" in play.page
    old = 'camunda:candidateGroups="sekretaris_tkksd" camunda:dueDate="5 hari kerja"'
    change(office, draft_id, old, old.replace("5 hari", "9 hari"), clock)
    play.look()
    assert "sisa 9 hari kerja" in play.page
    change(office, draft_id, 'name="max" config="60"', 'name="max" config="12"', clock)
    play.look()
    assert "Langkah ke-1 tidak dapat dijalankan lagi" in play.page
    play.press("potong", _dari="1")
    assert "Mengisi semua jenis isian" in play.page
    assert play.status == 200
    play.answer(ALL_KINDS)
    assert play.status == 422


def test_a_draft_with_errors_says_so_and_leads_back(draft: Draft, trial: Enter) -> None:
    draft_id = draft("uji", ('sourceRef="pernyataan" targetRef="akhir"',
                             'sourceRef="pernyataan" targetRef="isian"'))  # fmt: skip
    play = trial(draft_id)
    assert "sehingga belum dapat dicoba" in play.page
    assert f'href="/rancangan/{draft_id}"' in play.page
    key = key_in(play.browser.get("/akun-saya").text)
    answer = play.browser.post(play.address, data={"_kunci": key, "_langkah": "mulai"})
    assert "sehingga belum dapat dicoba" in answer.text
    assert play.browser.get(f"{play.address}/gambar.svg").status_code == 404


def test_two_drafts_and_two_people_do_not_meet(
    draft: Draft, trial: Enter, signed_in: SignIn
) -> None:
    first, second = draft(), draft(title="Yang lain")
    mine = trial(first)
    mine.begin(title="Percobaan saya")
    mine.answer({**ALL_KINDS, "judul": "Percobaan saya"})
    other = Trial(mine.browser, f"/rancangan/{second}/coba")
    assert "Percobaan saya" not in other.page
    other.begin(title="Percobaan kedua")
    assert "Mengisi semua jenis isian" in other.page
    theirs = trial(first)
    assert "Percobaan saya" not in theirs.page
    assert theirs.browser.get(f"{theirs.address}/gambar.svg").status_code == 404
    assert theirs.browser.get(f"{theirs.address}/surat/0").status_code == 404
    assert "Percobaan saya" in mine.look()
    assert "Hasil" in mine.page


def test_another_process_plays_the_same_steps(app: Flask, draft: Draft, trial: Enter) -> None:
    play = trial(draft())
    play.begin()
    play.answer(ALL_KINDS)
    app.extensions.pop("plays").close()
    assert "Hasil" in play.look()
    play.answer({"hasil": "lengkap"})
    assert "Menutup" in play.page


def test_a_page_of_before_takes_no_step(draft: Draft, trial: Enter) -> None:
    play = trial(draft())
    play.begin()
    other = Trial(play.browser, play.address)
    play.answer(ALL_KINDS)
    other.press("maju", _hari="2")
    assert other.status == 409
    assert "dilanjutkan di jendela lain" in other.page
    assert "Hasil" in other.page
    other.press("maju", _hari="2")
    assert other.status == 200


def test_what_was_typed_stays_when_the_step_cannot_be_taken(draft: Draft, trial: Enter) -> None:
    play = trial(draft())
    play.begin()
    other = Trial(play.browser, play.address)
    play.press("maju", _hari="1")
    other.answer({**ALL_KINDS, "judul": "Yang sudah diketik"})
    assert other.status == 409
    assert 'value="Yang sudah diketik"' in other.page


def test_a_play_that_becomes_too_long_says_so_and_keeps_what_was_typed(
    draft: Draft, trial: Enter
) -> None:
    play = trial(draft())
    play.begin()
    for _ in range(9):
        play.answer({**ALL_KINDS, "uraian": "panjang " * 1200})
        if play.status != 200:
            break
        play.answer({"hasil": "perbaikan"})
    assert play.status == 422
    assert "lebih besar dari 64 KB" in play.page
    assert "panjang panjang" in play.page
    play.answer({**ALL_KINDS, "uraian": "Ringkas"})
    assert play.status == 200


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ({"parties": "32.01"}, "parties"),
        ({"parties": "32.01, 99.99"}, "parties"),
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"starts": "kemarin"}, "starts"),
        ({"entry": "lain"}, "entry"),
    ],
)
def test_a_beginning_that_cannot_be_is_told(
    draft: Draft, trial: Enter, typed: dict[str, str], named: str
) -> None:
    play = trial(draft())
    play.begin(**typed)
    assert play.status == 422
    assert f'id="{named}-galat"' in play.page
    assert 'value="mulai"' in play.page


def test_what_a_page_never_sends_is_refused_and_nothing_is_lost(draft: Draft, trial: Enter) -> None:
    play = trial(draft())
    play.press("urung")
    assert 'value="mulai"' in play.page
    play.begin()
    for act, typed, status in (
        ("terbang", {}, 400),
        ("jawab", {"_tugas": "tidak_ada"}, 409),
        ("kembalikan", {"_tugas": "isian", "_daerah": "32.01"}, 422),
        ("kembalikan", {"_tugas": "isian", "_daerah": "32.01", "_kembali_ke": "putusan"}, 422),
        ("tarik", {}, 409),
    ):
        play.press(act, **typed)
        assert (play.status, act) == (status, act)
        assert "Mengisi semua jenis isian" in play.page
    answer = play.browser.post(play.address, data={"_langkah": "urung"})
    assert answer.status_code == 403


def test_a_version_is_played_by_those_who_may_publish(signed_in: SignIn) -> None:
    owner = signed_in(AccountRole.OWNER)
    assert "/prosedur/uji/versi/1/coba" in owner.get("/prosedur/uji/versi/1").text
    play = Trial(owner, "/prosedur/uji/versi/1/coba")
    play.begin()
    play.answer(ALL_KINDS)
    assert "Hasil" in play.page
    assert "Simpan sebagai skenario" not in play.page
    assert owner.get("/prosedur/uji/versi/9/coba").status_code == 404
    for role in (AccountRole.CLERK, AccountRole.OBSERVER):
        other = signed_in(role, "32.01")
        assert other.get("/prosedur/uji/versi/1/coba").status_code == 403
        assert "/coba" not in other.get("/prosedur/uji/versi/1").text


def test_only_those_who_may_publish_play(draft: Draft, signed_in: SignIn) -> None:
    address = f"/rancangan/{draft()}/coba"
    for role in (AccountRole.CLERK, AccountRole.OBSERVER):
        other = signed_in(role, "32.01")
        key = key_in(other.get("/akun-saya").text)
        for path in ("", "/gambar.svg", "/surat/0", "/skenario"):
            assert other.get(address + path).status_code == 403
        for path in ("", "/skenario"):
            assert other.post(address + path, data={"_kunci": key}).status_code == 403


def test_plays_go_with_their_draft_and_after_a_month(
    office: Office, clock: Clock, draft: Draft, trial: Enter
) -> None:
    first, second = draft(), draft(title="Yang lain")
    play = trial(first)
    play.begin()
    clock.pass_days(folder_plays.KEPT.days + 1)
    other = trial(second)
    other.begin()

    def kept() -> list[str]:
        with office.database.read() as session:
            return list(session.scalars(select(FolderPlay.subject_id)))

    assert kept() == [second]
    actions.throw_away(office, second, now=clock())
    assert kept() == []
    assert other.browser.get(other.address).status_code == 404


def test_the_shipped_procedure_is_played_to_its_third_stage(
    office: Office, draft: Draft, trial: Enter
) -> None:
    before = counts(office)
    play = trial(draft("ksdd"))
    play.begin(parties="32.01 32.02")
    load = {"membebani_masyarakat": "false", "membebani_daerah": "false", "teranggarkan": "true",
            "tahun_anggaran": "2026"}  # fmt: skip
    letter = {"nomor_surat": "119/16/VII/2026", "tanggal_surat": "2026-03-02"}
    play.answer({"judul": "Pelayanan Publik", "urusan": "pendidikan", "objek": "Pelayanan",
                 "maksud_tujuan": "Meningkatkan", "ruang_lingkup": "Administrasi",
                 "lokasi": "Perbatasan", "manfaat": "Lebih dekat", "pembiayaan": "APBD",
                 "jangka_waktu_bulan": "60", "jenis_naskah": "kesepakatan_bersama",
                 "berbatasan": "true", "eksternalitas": "true", "objek_terencana": "true",
                 **load})  # fmt: skip
    assert play.status == 200, play.page
    play.answer({"hasil": "lengkap"})
    assert "Kembalikan perkara ke tahap sebelumnya" in play.page
    play.press("kembalikan", _tugas="tahap1_surat", _daerah="32.01", _kembali_ke="tahap1_telaah")
    assert "Perkara dikembalikan dari “Mengirim surat permohonan”" in play.page
    play.answer({"hasil": "lengkap"})
    play.answer({**letter, "penanda_tangan": "Bupati", "cara_kirim": "kurir",
                 "tanggal_terima[32.02]": "2026-03-02"})  # fmt: skip
    assert play.status == 200, play.page
    play.answer({**letter, **load, "tanggapan": "bersedia"}, "tahap2_kesediaan", "32.02")
    assert play.status == 200, play.page
    assert "Tahap 3 dari 7" in play.page
    letters = play.browser.get(f"{play.address}/surat/6").text
    assert "ketua-tkksd.3201@contoh.example" in letters
    assert f"{play.address}/gambar.svg" in play.page
    picture = play.browser.get(f"{play.address}/gambar.svg")
    assert picture.mimetype == "image/svg+xml"
    waits = r'data-element="tahap3_pembahasan"[^>]*is-open'
    passed = r'data-element="tahap1_telaah"[^>]*is-done'
    assert re.search(waits, picture.text)
    assert re.search(passed, picture.text)
    play.press("tarik")
    assert "Pesan penarikan diterima perkara" in play.page
    assert counts(office) == before


def test_the_days_are_those_of_the_working_calendar(draft: Draft, trial: Enter) -> None:
    """Nyepi and Idulfitri of 2026 lie between."""
    play = trial(draft())
    play.begin(starts="2026-03-16")
    due = re.search(r"sisa 5 hari kerja</span> ([^<]*2026)", play.page)
    assert due is not None
    assert due[1] == "Senin, 30 Maret 2026"
