"""What was played in the browser is kept as a scenario of the draft, and every trial runs it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from processes import actions
from processes.actions.rehearsing import rehearse
from processes.office import Office
from processes.store import folder_drafts
from processes.store.tables import AccountRole
from tests.webhooks.conftest import ADMINISTRATOR, Clock, SignIn
from tests.webhooks.forms import key_in
from tests.webhooks.playing.cast import ALL_KINDS, Draft, Enter
from tests.webhooks.playing.trial import Trial

PATH = "skenario/dua_kali.toml"
DEADLINE = 'camunda:candidateGroups="sekretaris_tkksd" camunda:dueDate="5 hari kerja"'


def files_of(office: Office, draft_id: str) -> dict[str, bytes]:
    with office.database.read() as session:
        return folder_drafts.files_of(session, draft_id)


def save(office: Office, draft_id: str, files: Mapping[str, bytes], clock: Clock) -> None:
    with office.database.read() as session:
        revision = folder_drafts.find_draft(session, draft_id).revision
    actions.save_draft(office, draft_id, files, revision=revision, actor=ADMINISTRATOR, now=clock())


def played(trial: Enter, draft_id: str) -> Trial:
    """A play of three steps, among them one of the clock."""
    play = trial(draft_id)
    play.begin()
    play.answer(ALL_KINDS)
    play.press("maju", _hari="4")
    play.answer({"hasil": "lengkap"})
    assert play.status == 200
    return play


def record(play: Trial, **typed: object) -> tuple[int, str]:
    """Send the form of the scenario as it stands, but for what is typed; status and page."""
    address = f"{play.address}/skenario"
    page = play.browser.get(address).text
    revision = page.split('name="revision" value="')[1].split('"')[0]
    form = {
        "_kunci": key_in(page),
        "revision": revision,
        "title": "Dua kali",
        "name": "dua_kali",
        "parts": ["tahap", "terbuka", "tenggat", "pesan", "status"],
        "steps": ["1", "2", "3"],
        **typed,
    }
    answer = play.browser.post(address, data=form, follow_redirects=True)
    return answer.status_code, answer.text


def test_a_scenario_is_made_of_a_play_and_is_green_until_the_deadline_changes(
    office: Office, clock: Clock, draft: Draft, trial: Enter
) -> None:
    draft_id = draft()
    play = played(trial, draft_id)
    page = play.browser.get(f"{play.address}/skenario").text
    assert "1. “Mengisi semua jenis isian” dijawab" in page
    assert "2. Jam maju 4 hari kerja." in page
    status, page = record(play)
    assert status == 200
    assert "baru saja dijalankan dan berhasil" in page
    for line in ("maju = &#34;4 hari kerja&#34;", "isian.bulan = 24", "isian.surat = true"):
        assert line in page
    files = files_of(office, draft_id)
    text = files[PATH].decode()
    assert 'judul = "Dua kali"' in text
    assert 'harap.tenggat = { "putusan 32.01" = 2026-03-09 }' in text
    assert '"pengingat sekretaris_tkksd 32.01 2026-03-05"' in text
    (done,) = rehearse(files)
    assert done.findings == ()
    # the play goes on where it was: a scenario changes nothing of it
    assert "Menutup" in play.look()

    longer = files["uji.bpmn"].replace(DEADLINE.encode(), DEADLINE.replace("5", "8").encode(), 1)
    save(office, draft_id, {"uji.bpmn": longer}, clock)
    (done,) = rehearse(files_of(office, draft_id))
    (finding,) = done.findings
    assert "2026-03-09" in finding.message
    assert finding.file == PATH


def test_a_file_of_each_region_is_a_sample_in_the_scenario_too(
    office: Office, draft: Draft, trial: Enter
) -> None:
    berkas = '<camunda:property id="jenis" value="berkas" />'
    draft_id = draft("uji", (berkas, f'{berkas}<camunda:property id="untuk" value="pihak" />'))
    play = trial(draft_id)
    play.begin()
    play.press("jawab", _tugas="isian", _daerah="32.01", **ALL_KINDS, **{"surat[32.01]": "contoh"})
    assert play.status == 422
    assert 'name="surat[32.01]" value="contoh" checked' in play.page
    assert 'name="surat[32.02]" value="contoh" checked' not in play.page
    play.answer({**ALL_KINDS, "surat[32.02]": "contoh"})
    assert play.status == 200
    assert record(play, steps=["1"])[0] == 200
    text = files_of(office, draft_id)[PATH].decode()
    assert 'isian.surat = { "32.01" = true, "32.02" = true }' in text
    (done,) = rehearse(files_of(office, draft_id))
    assert done.findings == ()


def test_what_is_not_to_be_held_is_left_out(office: Office, draft: Draft, trial: Enter) -> None:
    draft_id = draft()
    play = played(trial, draft_id)
    assert record(play, parts=["tahap"], steps=["1", "3"])[0] == 200
    text = files_of(office, draft_id)[PATH].decode()
    assert text.count("harap.") == text.count("harap.tahap") == 2


def test_a_scenario_that_cannot_be_kept_is_told_and_its_form_stays(
    office: Office, draft: Draft, trial: Enter
) -> None:
    draft_id = draft()
    play = played(trial, draft_id)
    for typed, named in (
        ({"name": ""}, "name"),
        ({"name": "Dua Kali"}, "name"),
        ({"name": "../uji"}, "name"),
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
    ):
        status, page = record(play, **typed)
        assert (status, f'id="{named}-galat"' in page) == (422, True)
        assert 'value="3" checked' in page
    assert PATH not in files_of(office, draft_id)
    assert record(play)[0] == 200
    status, page = record(play)
    assert status == 422
    assert "Skenario dua_kali sudah ada" in page


def test_a_scenario_that_fits_no_more_is_played_again_and_replaced(
    office: Office, clock: Clock, draft: Draft, trial: Enter
) -> None:
    draft_id = draft()
    assert record(played(trial, draft_id))[0] == 200
    files = files_of(office, draft_id)
    longer = {p: c.replace(b'dueDate="5 hari', b'dueDate="9 hari') for p, c in files.items()}
    longer[PATH] = longer[PATH].replace(b'daerah = "32.01"\n', b"")
    save(office, draft_id, longer, clock)
    (failed,) = rehearse(longer)
    assert failed.findings
    play = trial(draft_id)
    play.press("ulang")
    play.press("buka", _skenario="skenario/tidak_ada.toml")
    assert "Pilih salah satu skenario" in play.page
    play.press("buka", _skenario=PATH)
    assert play.status == 200
    # a scenario may leave out the region of a task that only one region holds
    assert "dijawab, Kabupaten Bogor." in play.page
    assert "dijawab, ." not in play.page
    form = play.browser.get(f"{play.address}/skenario").text
    assert 'name="name" maxlength="60" value="dua_kali"' in form
    assert 'name="replace" value="ya" checked' in form
    assert record(play, replace="ya")[0] == 200
    (done,) = rehearse(files_of(office, draft_id))
    assert done.findings == ()


def test_a_draft_that_was_changed_meanwhile_takes_no_scenario(
    office: Office, clock: Clock, draft: Draft, trial: Enter
) -> None:
    draft_id = draft()
    play = played(trial, draft_id)
    save(office, draft_id, {"pesan/lain.txt": b"Perihal\n\nIsi"}, clock)
    status, page = record(play, revision="1")
    assert status == 409
    assert "baru saja diubah oleh administrator" in page
    assert PATH not in files_of(office, draft_id)


@pytest.mark.parametrize("is_begun", [False, True])
def test_without_a_step_there_is_nothing_to_keep(
    draft: Draft, trial: Enter, *, is_begun: bool
) -> None:
    play = trial(draft())
    if is_begun:
        play.begin()
    answer = play.browser.get(f"{play.address}/skenario")
    assert answer.location == play.address
    key = key_in(play.browser.get("/akun-saya").text)
    answer = play.browser.post(f"{play.address}/skenario", data={"_kunci": key})
    assert answer.location == play.address


def test_only_scenarios_of_the_draft_are_shown(draft: Draft, signed_in: SignIn) -> None:
    owner = signed_in(AccountRole.OWNER)
    address = f"/rancangan/{draft()}/coba/skenario"
    for name in ("tidak_ada", "../uji", "%2e%2e/peran"):
        assert owner.get(address, query_string={"tersimpan": name}).status_code == 404
