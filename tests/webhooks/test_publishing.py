"""A draft is published by two people who see the same; a version says on what it rests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from processes import actions
from processes.actions import procedures as verbs
from processes.engine.findings import Finding
from processes.office import Office
from processes.store import folder_drafts, publications
from processes.store import procedures as versions
from processes.store.tables import Access, AccountRole, ProcedureVersion
from tests.webhooks.conftest import ADMINISTRATOR, Clock, SignIn
from tests.webhooks.forms import key_in
from worker import sweeps

DIAGRAM = "uji.bpmn"
WISH = {"note": "Tenggat sesuai keputusan baru", "basis": "SK Bupati 12/2026"}
Draft = Callable[..., str]


@pytest.fixture
def draft(office: Office, clock: Clock) -> Draft:
    """Begins a draft of the small drawing in which a deadline is another one."""

    def begin(*edits: tuple[str, str], title: str = "Tenggat baru") -> str:
        with office.database.read() as session:
            newest = versions.latest(session, "uji")
            assert newest is not None
            files = versions.files_of(session, newest.id)
        text = files[DIAGRAM].decode()
        for old, new in edits or [('dueDate="5 hari kerja"', 'dueDate="7 hari kerja"')]:
            assert old in text
            text = text.replace(old, new, 1)
        return actions.begin_draft(
            office,
            actions.NewDraft(key="uji", title=title, files={**files, DIAGRAM: text.encode()}),
            actor=ADMINISTRATOR,
            now=clock(),
        )

    return begin


def asked(browser: FlaskClient, draft_id: str, **typed: str) -> str:
    """The address of a request that was made on the page and has been tried out."""
    address = untried(browser, draft_id, **typed)
    app = browser.application
    sweeps.sweep_trials(app.extensions["office"], app.config["CLOCK"])
    return address


def untried(browser: FlaskClient, draft_id: str, **typed: str) -> str:
    """The address of a request that was made on the page."""
    address = f"/rancangan/{draft_id}/terbitkan"
    page = browser.get(address).text
    revision = page.split('name="revision" value="')[1].split('"')[0]
    answer = browser.post(
        address, data={"_kunci": key_in(page), "revision": revision, **WISH, **typed}
    )
    assert answer.status_code == 303, answer.text
    return answer.location


def decided(browser: FlaskClient, address: str, **typed: str) -> tuple[int, str]:
    """What a press on the page of the request does: status and the page."""
    page = browser.get(address).text
    answer = browser.post(address, data={"_kunci": key_in(page), **(typed or {"terbitkan": "ya"})})
    return answer.status_code, answer.text


def newest(office: Office) -> ProcedureVersion:
    with office.database.read() as session:
        found = versions.latest(session, "uji")
    assert found is not None
    return found


def test_one_asks_and_a_second_one_publishes_what_both_saw(
    office: Office, signed_in: SignIn, draft: Draft
) -> None:
    owner, clerk = signed_in(AccountRole.OWNER), signed_in(AccountRole.CLERK, "32.01")
    draft_id = draft()
    page = owner.get(f"/rancangan/{draft_id}/terbitkan").text
    assert "tenggat 5 → 7 hari kerja" in page
    assert "Belum ada orang kedua" not in page
    address = asked(owner, draft_id)
    assert "Setujui dan terbitkan" not in owner.get(address).text
    assert "menunggu keputusan orang kedua" in owner.get(address).text
    for where in ("/tugas-saya", "/"):
        assert "1 permintaan penerbitan prosedur menunggu persetujuan Anda" in clerk.get(where).text
    assert address in clerk.get("/terbitan").text
    shown = clerk.get(address).text
    for words in ("tenggat 5 → 7 hari kerja", *WISH.values(), "owner None"):
        assert words in shown
    assert decided(clerk, address)[0] == 303

    version = newest(office)
    assert (version.number, version.basis) == (2, WISH["basis"])
    assert (version.asked_by, version.approved_by) == ("owner None", "petugas 32.01")
    told = clerk.get("/prosedur/uji/versi/2").text
    for words in ("tenggat 5 → 7 hari kerja", "petugas 32.01", "owner None", "berlaku sekarang"):
        assert words in told
    with office.database.read() as session:
        assert folder_drafts.open_drafts(session) == []
    assert "Diterbitkan: petugas 32.01" in clerk.get(address).text
    assert decided(clerk, address)[0] == 409
    assert "menunggu persetujuan Anda" not in clerk.get("/").text


def test_whoever_asked_cannot_approve_himself(
    office: Office, signed_in: SignIn, draft: Draft
) -> None:
    first, second = signed_in(), signed_in(AccountRole.ADMIN, "32.01")
    address = asked(first, draft())
    status, page = decided(first, address)
    assert status == 403
    assert "tidak dapat menyetujui sendiri" in page
    assert "menunggu persetujuan Anda" not in first.get("/").text
    assert newest(office).number == 1
    assert decided(second, address)[0] == 303


@pytest.mark.parametrize("role", [AccountRole.OWNER, AccountRole.OBSERVER, AccountRole.SYSTEM])
def test_only_clerks_and_administrators_decide(
    office: Office, signed_in: SignIn, draft: Draft, role: AccountRole
) -> None:
    address = asked(signed_in(), draft())
    other = signed_in(role)
    key = key_in(other.get("/akun-saya").text)
    for act in ({"terbitkan": "ya"}, {"tolak": "ya", "reason": "Belum"}):
        assert other.post(address, data={"_kunci": key, **act}).status_code == 403
    assert newest(office).number == 1


def test_a_petugas_of_one_region_decides_with_somebody_who_acts_for_all(
    office: Office, signed_in: SignIn, draft: Draft
) -> None:
    own, neighbour = (signed_in(AccountRole.CLERK, code) for code in ("32.01", "32.02"))
    address = asked(signed_in(AccountRole.OWNER, "32.01"), draft())
    for browser in (own, neighbour):
        status, page = decided(browser, address)
        assert status == 403
        assert "berlaku bagi semua daerah" in page
    assert decided(signed_in(), address)[0] == 303


def test_in_a_house_of_its_own_two_people_of_one_region_are_enough(
    office: Office, signed_in: SignIn, draft: Draft
) -> None:
    address = asked(signed_in(AccountRole.OWNER, "32.01"), draft())
    assert decided(signed_in(AccountRole.CLERK, "32.01"), address)[0] == 303


def test_a_request_lapses_when_its_draft_changes(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner, clerk = signed_in(AccountRole.OWNER), signed_in(AccountRole.CLERK, "32.01")
    draft_id = draft()
    address = asked(owner, draft_id)
    page = clerk.get(address).text
    actions.save_draft(
        office,
        draft_id,
        {"pesan/lain.txt": b"Perihal\n\nIsi"},
        revision=1,
        actor=ADMINISTRATOR,
        now=clock(),
    )
    answer = clerk.post(address, data={"_kunci": key_in(page), "terbitkan": "ya"})
    assert answer.status_code == 409
    assert "gugur karena rancangannya diubah" in answer.text
    assert newest(office).number == 1
    again = asked(owner, draft_id)
    assert again != address
    assert decided(clerk, again)[0] == 303


def test_a_request_lapses_when_another_version_is_published(
    office: Office, signed_in: SignIn, draft: Draft
) -> None:
    owner, clerk = signed_in(AccountRole.OWNER), signed_in(AccountRole.CLERK, "32.01")
    first, second = asked(owner, draft()), asked(owner, draft(title="Satu lagi"))
    assert decided(clerk, first)[0] == 303
    status, page = decided(clerk, second)
    assert status == 409
    assert "versi lain sudah terbit" in page
    assert newest(office).number == 2


def test_a_request_lapses_after_fourteen_days(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    address = asked(signed_in(), draft())
    clock.pass_days(14)
    clerk = signed_in(AccountRole.CLERK, "32.01")
    status, page = decided(clerk, address)
    assert status == 409
    assert "14 hari" in page
    assert "Tidak ada permintaan yang menunggu" in clerk.get("/terbitan").text


def test_a_refusal_says_why_and_the_draft_stays(
    office: Office, signed_in: SignIn, draft: Draft
) -> None:
    owner, clerk = signed_in(AccountRole.OWNER), signed_in(AccountRole.CLERK, "32.01")
    draft_id = draft()
    address = asked(owner, draft_id)
    assert decided(clerk, address, tolak="ya", reason=" ")[0] == 422
    assert decided(clerk, address, tolak="ya", reason="Dasar belum terbit")[0] == 303
    assert "Dasar belum terbit" in owner.get(address).text
    with office.database.read() as session:
        assert len(folder_drafts.open_drafts(session, "uji")) == 1
        assert publications.waiting_of(session, draft_id) is None
    own = asked(owner, draft_id)
    assert decided(owner, own, tolak="ya", reason="Ada yang terlupa")[0] == 303
    assert "Gugur: owner None" in owner.get(own).text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"note": " "}, "note"),
        ({"basis": ""}, "basis"),
        ({"basis": "x" * 301}, "basis"),
        ({"effective_on": "2026-03-01"}, "effective_on"),
        ({"effective_on": "2036-03-01"}, "effective_on"),
        ({"effective_on": "besok"}, "effective_on"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_what_was_typed_stays(
    office: Office, signed_in: SignIn, draft: Draft, typed: dict[str, str], field: str
) -> None:
    owner = signed_in(AccountRole.OWNER)
    address = f"/rancangan/{draft()}/terbitkan"
    form = {"_kunci": key_in(owner.get(address).text), "revision": "1", **WISH, **typed}
    answer = owner.post(address, data=form)
    assert answer.status_code == 422
    assert f'id="{field}-galat"' in answer.text
    kept = WISH["note"] if field != "note" else WISH["basis"]
    assert kept in answer.text


def test_words_alone_need_no_basis(office: Office, signed_in: SignIn, draft: Draft) -> None:
    owner = signed_in(AccountRole.OWNER)
    draft_id = draft(('label="Catatan"', 'label="Keterangan"'))
    assert "Hanya kata-kata dan tata letak" in owner.get(f"/rancangan/{draft_id}/terbitkan").text
    address = asked(owner, draft_id, basis="")
    assert decided(signed_in(AccountRole.CLERK, "32.01"), address)[0] == 303
    assert newest(office).basis == ""


def test_a_draft_with_errors_or_without_changes_is_not_asked_for(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner = signed_in(AccountRole.OWNER)
    broken = draft(("5 hari kerja", "lima hari"))
    same = actions.begin_draft(
        office, actions.NewDraft(key="uji", title="Sama"), actor=ADMINISTRATOR, now=clock()
    )
    for draft_id, words in ((broken, "kesalahan"), (same, "Tidak ada yang berbeda")):
        address = f"/rancangan/{draft_id}/terbitkan"
        page = owner.get(address).text
        assert words in page
        assert 'name="note"' not in page
        form = {"_kunci": key_in(page), "revision": "1", **WISH}
        assert owner.post(address, data=form).status_code in (409, 422)
    gone = draft()
    actions.throw_away(office, gone, now=clock())
    form = {"_kunci": key_in(owner.get("/").text), "revision": "1", **WISH}
    assert owner.post(f"/rancangan/{gone}/terbitkan", data=form).status_code == 409


def test_a_name_without_end_is_told_by_its_beginning(signed_in: SignIn, draft: Draft) -> None:
    long = draft(('name="Mengisi semua jenis isian"', f'name="{"W" * 5000}"'))
    page = signed_in(AccountRole.OWNER).get(f"/rancangan/{long}/terbitkan").text

    assert "W" * 300 in page
    assert "W" * 600 not in page


def test_a_lone_administrator_is_told_both_ways(signed_in: SignIn, draft: Draft) -> None:
    page = signed_in().get(f"/rancangan/{draft()}/terbitkan").text
    assert "Belum ada orang kedua" in page
    assert "ksdd publish" in page
    assert 'href="/akun"' in page


def test_a_removed_legal_gate_goes_by_a_named_regulation_only(
    office: Office,
    signed_in: SignIn,
    draft: Draft,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = Finding(
        severity="error", code="gates.removed", file=DIAGRAM, line=1, element="p",
        message="Gerbang DPRD hilang",
    )  # fmt: skip
    for module in ("processes.actions.outlook", "processes.actions.procedures"):
        monkeypatch.setattr(f"{module}.lost_from", lambda *_args: [gate])
    owner, clerk = signed_in(AccountRole.OWNER), signed_in(AccountRole.CLERK, "32.01")
    draft_id = draft()
    address = f"/rancangan/{draft_id}/terbitkan"
    page = owner.get(address).text
    assert "Gerbang DPRD hilang" in page
    form = {"_kunci": key_in(page), "revision": "1", **WISH}
    refused = owner.post(address, data=form)
    assert refused.status_code == 422
    assert 'id="gate_basis-galat"' in refused.text
    made = asked(owner, draft_id, gate_basis="PP 99/2026 Pasal 3")
    assert "dihapus berdasarkan: PP 99/2026 Pasal 3" in clerk.get(made).text
    assert decided(clerk, made)[0] == 303
    assert newest(office).gate_basis == "PP 99/2026 Pasal 3"
    assert "dihapus berdasarkan: PP 99/2026 Pasal 3" in clerk.get("/prosedur/uji/versi/2").text

    files = {DIAGRAM: b"", **_files(office)}
    with pytest.raises(verbs.DiagramRefused):
        actions.publish(
            office, files, key="uji", note="Tanpa dasar", actor=ADMINISTRATOR, now=clock()
        )


def _files(office: Office) -> dict[str, bytes]:
    with office.database.read() as session:
        return versions.files_of(session, newest(office).id)


def test_pictures_mark_what_differs_and_carry_no_script(
    office: Office, signed_in: SignIn, clock: Clock
) -> None:
    owner = signed_in(AccountRole.OWNER)
    with office.database.read() as session:
        [shipped] = versions.versions(session, "ksdd")
        files = versions.files_of(session, shipped.id)
    files["ksdd.bpmn"] = files["ksdd.bpmn"].replace(
        b"hari_kerja(45, tahap4", b"hari_kerja(60, tahap4"
    )
    wish = actions.NewDraft(key="ksdd", title="60 hari", files=files)
    draft_id = actions.begin_draft(office, wish, actor=ADMINISTRATOR, now=clock())
    address = f"/rancangan/{draft_id}/terbitkan"
    for side in ("sebelum", "sesudah"):
        answer = owner.get(f"{address}/{side}.svg")
        assert answer.mimetype == "image/svg+xml"
        assert "is-changed" in answer.text
        assert "<script" not in answer.text
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert owner.get(f"{address}/lain.svg").status_code == 404
    assert signed_in(AccountRole.OBSERVER).get(f"{address}/sesudah.svg").status_code == 403


def test_strangers_and_lookers_see_no_drafts(
    office: Office, browser: FlaskClient, signed_in: SignIn, draft: Draft
) -> None:
    draft_id, admin = draft(), signed_in()
    address = asked(admin, draft_id)
    for path in (address, "/terbitan", f"/rancangan/{draft_id}/terbitkan", "/prosedur/uji/versi/1"):
        assert browser.get(path).status_code == 303
    looker = signed_in(AccountRole.OBSERVER)
    for path in (address, "/terbitan", f"/rancangan/{draft_id}/terbitkan"):
        assert looker.get(path).status_code == 403
    assert looker.get("/prosedur/uji/versi/1").status_code == 200
    with office.database.read() as session:
        assert session.scalars(select(Access.route)).all() == ["publishing.version_page"]
    for path in ("/terbitan/x", "/rancangan/x/terbitkan", "/prosedur/uji/versi/9"):
        assert admin.get(path).status_code == 404


def test_a_form_from_elsewhere_asks_and_publishes_nothing(
    office: Office, signed_in: SignIn, draft: Draft
) -> None:
    draft_id = draft()
    first, second = signed_in(), signed_in(AccountRole.CLERK, "32.01")
    foreign = {"revision": "1", **WISH}
    assert first.post(f"/rancangan/{draft_id}/terbitkan", data=foreign).status_code == 403
    address = asked(first, draft_id)
    assert second.post(address, data={"terbitkan": "ya"}).status_code == 403
    assert newest(office).number == 1
