"""What somebody asks to publish is tried out first: in the background, in sight, and in earnest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select

from processes import actions
from processes.engine.attributes import BPMN
from processes.engine.picture.layout import DC, DI
from processes.office import Office
from processes.store import accounts, publication_trials
from processes.store.kinds import PUBLICATION
from processes.store.tables import (
    Account,
    AccountRole,
    Message,
    MessageStatus,
    PublicationTrial,
    TrialStatus,
)
from tests.webhooks.conftest import ADMINISTRATOR, Clock, SignIn
from tests.webhooks.forms import key_in
from tests.webhooks.test_publishing import DIAGRAM, Draft, decided, newest, untried
from tests.webhooks.test_publishing import draft as draft
from worker import sweeps
from worker.delivery import deliver_due

SCENARIO = """
judul = "Pengisian sampai putusan"
mulai = 2026-03-02
pihak = ["32.01", "32.02"]

[[langkah]]
jawab = "isian"
harap.terbuka = ["putusan"]
"""
#: divides by nothing when the first of all numbers is answered
FAULTY = 'putusan.hasil == "perbaikan" or 12 / (isian.bulan - 1) &gt; 20'
FAULT = ('putusan.hasil == "perbaikan"', FAULTY)


class Killed(BaseException):
    """What a process meets that is ended from outside."""


def trial(office: Office) -> PublicationTrial:
    with office.database.read() as session:
        return session.scalars(select(PublicationTrial)).one()


def letters(office: Office) -> list[Message]:
    with office.database.read() as session:
        found = select(Message).where(Message.kind == PUBLICATION).order_by(Message.address)
        return list(session.scalars(found))


def with_file(office: Office, draft_id: str, path: str, content: bytes, clock: Clock) -> None:
    actions.save_draft(
        office, draft_id, {path: content}, revision=1, actor=ADMINISTRATOR, now=clock()
    )


def reachable(office: Office, clock: Clock, role: AccountRole, region: str | None = None) -> str:
    """The address of an account that can be written to."""
    address = f"{role.value}.{region}@bogor.example"
    with office.database.write() as session:
        accounts.create_account(
            session, name=address, role=role, now=clock(), region_code=region, email=address
        )
    return address


def drawn(content: bytes) -> bytes:
    """The small drawing with a place for each of its shapes."""
    root = etree.fromstring(content)
    process = root.find(f"{{{BPMN}}}process")
    plane = etree.SubElement(
        etree.SubElement(root, f"{{{DI}}}BPMNDiagram"), f"{{{DI}}}BPMNPlane", bpmnElement="uji"
    )
    for place, shape in enumerate(each for each in process if each.get("sourceRef") is None):
        if shape.get("id"):
            put = etree.SubElement(plane, f"{{{DI}}}BPMNShape", bpmnElement=shape.get("id"))
            box = {"x": str(100 + 150 * place), "y": "100", "width": "100", "height": "80"}
            etree.SubElement(put, f"{{{DC}}}Bounds", box)
    return etree.tostring(root)


def test_nobody_approves_before_the_trial_is_over(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner, clerk = signed_in(AccountRole.OWNER), signed_in(AccountRole.CLERK, "32.01")
    address = untried(owner, draft())
    for browser in (owner, clerk):
        page = browser.get(address).text
        assert "Uji usulan" in page
        assert "Setujui dan terbitkan" not in page
        assert "Perbarui</a>" in page
    assert "sedang diuji" in clerk.get("/terbitan").text
    assert "menunggu persetujuan Anda" not in clerk.get("/").text
    status, page = decided(clerk, address)
    assert status == 409
    assert "belum selesai diuji" in page
    assert newest(office).number == 1

    assert sweeps.sweep_trials(office, clock) == 1
    assert "Lulus uji" in owner.get(address).text
    assert "1 permintaan penerbitan prosedur menunggu persetujuan Anda" in clerk.get("/").text
    assert decided(clerk, address)[0] == 303
    assert newest(office).number == 2
    assert sweeps.sweep_trials(office, clock) == 0


def test_how_far_it_is_can_be_seen(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    # a drawing of its own: what this process has walked before is answered from memory
    owner = signed_in(AccountRole.OWNER)
    draft_id = draft(('label="Catatan"', 'label="Catatan yang dilihat"'))
    with_file(office, draft_id, "skenario/uji.toml", SCENARIO.encode(), clock)
    address = untried(owner, draft_id)
    seen = [owner.get(f"{address}?bagian=uji")]
    mark = {"If-None-Match": seen[0].headers["ETag"]}
    assert owner.get(f"{address}?bagian=uji", headers=mark).status_code == 304

    def look() -> None:
        clock.moment += timedelta(seconds=1)
        seen.append(owner.get(f"{address}?bagian=uji"))

    assert actions.try_requested(office, clock=clock, alive=look) == 1
    assert all("X-Selesai" not in each.headers for each in seen)
    told = "".join(each.text for each in seen)
    for words in ("Skenario pemilik: 0 dari 1", "Skenario pemilik: 1 dari 1", "keadaan ditemukan"):
        assert words in told
    percents = [int(each.text.split('max="100" value="')[1].split('"')[0]) for each in seen]
    assert percents == sorted(percents)
    assert percents[-1] > percents[0]
    over = owner.get(f"{address}?bagian=uji")
    assert over.headers["X-Selesai"] == "1"
    assert "Uji selesai." in over.text
    assert "Skenario: 1 dari 1 berhasil" in owner.get(address).text


def test_a_scenario_that_fails_refuses_and_what_is_mended_is_asked_for_anew(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner, clerk = signed_in(AccountRole.OWNER), signed_in(AccountRole.CLERK, "32.01")
    draft_id = draft()
    wrong = SCENARIO.replace('["putusan"]', '["pernyataan"]')
    with_file(office, draft_id, "skenario/uji.toml", wrong.encode(), clock)
    address = untried(owner, draft_id)
    sweeps.sweep_trials(office, clock)
    for browser in (owner, clerk):
        page = browser.get(address).text
        assert "Tidak lulus uji" in page
        assert "Yang terbuka seharusnya pernyataan, ternyata putusan" in page
        assert f'href="/rancangan/{draft_id}"' in page
        english = browser.get(f"{address}?lang=en").text
        assert '<span lang="en">Scenario Pengisian sampai putusan fails at step 1:' in english
        assert "Open should be pernyataan, but open are putusan" in english
        browser.get(f"{address}?lang=id")
        assert "Setujui dan terbitkan" not in page
    assert "tidak lulus uji" in clerk.get("/terbitan").text
    assert "menunggu persetujuan Anda" not in clerk.get("/").text
    status, page = decided(clerk, address)
    assert status == 409
    assert "tidak lulus uji, sehingga tidak dapat diterbitkan" in page
    assert newest(office).number == 1

    right = {"skenario/uji.toml": SCENARIO.encode()}
    actions.save_draft(office, draft_id, right, revision=2, actor=ADMINISTRATOR, now=clock())
    again = untried(owner, draft_id)
    assert decided(clerk, again)[0] == 409
    sweeps.sweep_trials(office, clock)
    assert decided(clerk, again)[0] == 303
    assert newest(office).number == 2


def test_a_failed_request_can_be_taken_back(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner = signed_in(AccountRole.OWNER)
    address = untried(owner, draft(FAULT))
    sweeps.sweep_trials(office, clock)
    assert decided(owner, address, tolak="ya", reason="Pembagi nol")[0] == 303
    assert "Gugur: owner None" in owner.get(address).text


def test_a_way_to_a_fault_is_told_and_drawn(
    office: Office, browser: FlaskClient, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner = signed_in(AccountRole.OWNER)
    draft_id = draft(FAULT)
    with office.database.read() as session:
        files = actions.outlook.foresee(session, draft_id).files
    with_file(office, draft_id, DIAGRAM, drawn(files[DIAGRAM]), clock)
    address = untried(owner, draft_id)
    sweeps.sweep_trials(office, clock)
    page = owner.get(address).text
    assert "membagi dengan nol" in page
    assert "isian (32.01): bulan = 1" in page
    assert f'src="{address}/jalan/0.svg"' in page
    english = owner.get(f"{address}?lang=en").text
    assert "Failed its trial" in english
    assert '<span lang="en">The case halts at' in english
    picture = owner.get(f"{address}/jalan/0.svg")
    assert picture.mimetype == "image/svg+xml"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    shown = etree.fromstring(picture.data)
    done = shown.xpath("//*[contains(concat(' ', @class, ' '), ' is-done ')]/@data-element")
    assert {"mulai", "isian", "putusan"} <= set(done)
    assert "pernyataan" not in done
    for path in (f"{address}/jalan/9.svg", "/terbitan/x/jalan/0.svg"):
        assert owner.get(path).status_code == 404
    assert browser.get(f"{address}/jalan/0.svg").status_code == 303
    assert signed_in(AccountRole.OBSERVER).get(f"{address}/jalan/0.svg").status_code == 403
    actions.save_draft(
        office,
        draft_id,
        {"pesan/lain.txt": b"Perihal\n\nIsi"},
        revision=2,
        actor=ADMINISTRATOR,
        now=clock(),
    )
    assert owner.get(f"{address}/jalan/0.svg").status_code == 404
    assert "jalan/0.svg" not in owner.get(address).text


def dying(office: Office, clock: Clock) -> None:
    """A worker that takes the next trial and is killed over it."""

    def die() -> None:
        raise Killed

    with pytest.raises(Killed):
        actions.try_requested(office, clock=clock, alive=die)


def test_a_trial_whose_worker_was_killed_is_taken_up_again(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner = signed_in(AccountRole.OWNER)
    address = untried(owner, draft())
    dying(office, clock)
    assert sweeps.sweep_trials(office, clock) == 0
    assert "Lulus uji" not in owner.get(address).text
    clock.moment += publication_trials.HOLD
    assert sweeps.sweep_trials(office, clock) == 1
    assert trial(office).tries == 2
    assert "Lulus uji" in owner.get(address).text


def test_a_trial_that_kills_its_workers_is_given_up_and_can_be_repeated(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner, clerk = signed_in(AccountRole.OWNER), signed_in(AccountRole.CLERK, "32.01")
    address = untried(owner, draft())
    for _ in range(3):
        dying(office, clock)
        clock.moment += publication_trials.HOLD
    assert sweeps.sweep_trials(office, clock) == 1
    assert "Uji terhenti 3 kali" in owner.get(address).text
    assert decided(clerk, address)[0] == 409
    assert letters(office) == []
    assert decided(owner, address, ulangi="ya")[0] == 303
    assert trial(office).status is TrialStatus.WAITING
    assert decided(owner, address, ulangi="ya")[0] == 409
    sweeps.sweep_trials(office, clock)
    assert decided(clerk, address)[0] == 303


def test_of_two_workers_at_one_trial_the_slow_one_keeps_nothing(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    untried(signed_in(AccountRole.OWNER), draft())
    address = reachable(office, clock, AccountRole.ADMIN)
    quick: list[int] = []

    def sleep() -> None:
        if not quick:
            quick.append(0)
            clock.moment += publication_trials.HOLD
            quick[0] = actions.try_requested(office, clock=clock)

    assert actions.try_requested(office, clock=clock, alive=sleep) == 0
    assert quick == [1]
    assert trial(office).status is TrialStatus.PASSED
    assert [each.address for each in letters(office)] == [address]


def test_a_trial_whose_draft_changes_meanwhile_lets_nobody_publish_the_other_one(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner, clerk = signed_in(AccountRole.OWNER), signed_in(AccountRole.CLERK, "32.01")
    draft_id = draft()
    address = untried(owner, draft_id)
    changed: list[bool] = []

    def change() -> None:
        if not changed:
            changed.append(True)
            with_file(office, draft_id, "pesan/lain.txt", b"Perihal\n\nIsi", clock)

    actions.try_requested(office, clock=clock, alive=change)
    status, page = decided(clerk, address)
    assert status == 409
    assert "gugur karena rancangannya diubah" in page
    assert newest(office).number == 1


def test_something_unforeseen_shows_on_the_page_and_keeps_no_other_waiting(
    office: Office,
    signed_in: SignIn,
    draft: Draft,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = signed_in(AccountRole.OWNER)
    first, second = untried(owner, draft()), untried(owner, draft(title="Lain"))
    real: Callable[..., object] = actions.publication_trials.try_folder
    faults = iter([MemoryError("terlalu besar")])

    def once(*given: object, **named: object) -> object:
        for fault in faults:
            raise fault
        return real(*given, **named)

    monkeypatch.setattr(actions.publication_trials, "try_folder", once)
    assert sweeps.sweep_trials(office, clock) == 2
    states = [owner.get(each).text for each in (first, second)]
    assert sorted("terlalu besar" in each for each in states) == [False, True]
    assert sorted("Lulus uji" in each for each in states) == [False, True]


def test_those_who_may_decide_get_one_letter_each(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner = signed_in(AccountRole.OWNER)
    told = [
        reachable(office, clock, AccountRole.ADMIN),
        reachable(office, clock, AccountRole.CLERK, "32.01"),
    ]
    for role in (AccountRole.OWNER, AccountRole.OBSERVER, AccountRole.SYSTEM):
        reachable(office, clock, role)
    signed_in(AccountRole.CLERK, "32.02")
    address = untried(owner, draft())
    assert letters(office) == []
    sweeps.sweep_trials(office, clock)
    assert [each.address for each in letters(office)] == sorted(told)
    deliver_due(office, clock())
    assert {each.status for each in letters(office)} == {MessageStatus.SENT}
    mails = sorted((office.settings.data / "mail").glob("*.eml"))
    texts = [each.read_text("utf-8") for each in mails]
    asking = [each for each in texts if "Mohon periksa usulan terbitan: Tenggat baru" in each]
    assert len(asking) == 2
    assert all(f"{office.settings.base_url}{address}" in each.replace("=\n", "") for each in asking)


def test_whoever_asked_gets_no_letter_about_his_own_request(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner = signed_in()
    with office.database.write() as session:
        session.scalars(select(Account)).one().email = "saya@bogor.example"
    untried(owner, draft())
    sweeps.sweep_trials(office, clock)
    assert letters(office) == []


def test_a_letter_about_a_request_that_was_decided_is_not_sent(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner, clerk = signed_in(AccountRole.OWNER), signed_in(AccountRole.CLERK, "32.01")
    reachable(office, clock, AccountRole.ADMIN)
    address = untried(owner, draft())
    sweeps.sweep_trials(office, clock)
    assert decided(clerk, address)[0] == 303
    deliver_due(office, clock())
    assert [each.status for each in letters(office)] == [MessageStatus.DROPPED]


def test_a_letter_about_a_request_is_not_taken_by_hand(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner = signed_in(AccountRole.OWNER)
    reachable(office, clock, AccountRole.ADMIN)
    untried(owner, draft())
    sweeps.sweep_trials(office, clock)
    [letter] = letters(office)
    with pytest.raises(actions.publication_trials.Conflict):
        actions.take_by_hand(office, letter.id, actor=ADMINISTRATOR, now=clock())


def test_a_page_says_when_nobody_begins(signed_in: SignIn, draft: Draft, clock: Clock) -> None:
    owner = signed_in(AccountRole.OWNER)
    address = untried(owner, draft())
    assert "Uji belum dimulai" not in owner.get(address).text
    clock.moment += timedelta(minutes=2)
    assert "Uji belum dimulai" in owner.get(address).text


def test_only_who_asks_or_decides_sees_or_repeats_a_trial(
    office: Office, signed_in: SignIn, draft: Draft, clock: Clock
) -> None:
    owner, looker = signed_in(AccountRole.OWNER), signed_in(AccountRole.OBSERVER)
    address = untried(owner, draft(FAULT))
    sweeps.sweep_trials(office, clock)
    key = key_in(looker.get("/akun-saya").text)
    assert looker.get(f"{address}?bagian=uji").status_code == 403
    assert looker.post(address, data={"_kunci": key, "ulangi": "ya"}).status_code == 403
    assert owner.post(address, data={"ulangi": "ya"}).status_code == 403
    assert trial(office).status is TrialStatus.FAILED


def test_the_roles_that_are_written_to_are_those_that_may_decide() -> None:
    from processes.actions.reaching import APPROVERS
    from webhooks.rights import Right, roles_with

    assert roles_with(Right.APPROVE) == APPROVERS
