"""Messages: what no mail reaches goes out by hand, and the ledger says what is known of each."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import inspect, text

from processes.store import accounts, ledger, links
from processes.store.questions.messages import wanted_messages
from processes.store.tables import AccountRole, Link, Message, MessageStatus, Official, Person
from processes.store.viewer import Viewer
from tests.journeys.answers import Journey
from tests.journeys.test_partner_without_officials import (
    PARTNER,
    name_contact,
    printed,
    waiting_for_partner,
)
from tests.journeys.town import LINK, Town
from worker.tick import tick

BOGOR, SUKABUMI = "32.01", "32.02"
PHONE = "+628123456789"
SYSTEM = Viewer.system()


def leave_only_a_telephone(town: Town, region: str, role: str, phone: str | None = PHONE) -> str:
    """Take the mail from the one who holds a role; his name."""
    with town.office.database.write() as session:
        person = (
            session.query(Person)
            .join(Official, Official.person_id == Person.id)
            .filter(Official.region_code == region, Official.role == role)
            .one()
        )
        person.email, person.phone = None, phone
        return person.name


def messages(town: Town, query: str = "") -> list[Any]:
    answer = town.call("GET", f"/messages{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: list[Any] = answer.get_json()["items"]
    return found


def act(town: Town, message: Any, what: str, body: Any = None) -> Any:
    answer = town.call("POST", f"/messages/{message['id']}/{what}", body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def told(message: Any) -> list[tuple[str, str]]:
    return [(line["event"], line["by"]) for line in message["ledger"]]


def everything_kept(town: Town) -> str:
    """Every value of every table of the database, as one text."""
    with town.office.database.read() as session:
        names = inspect(session.get_bind()).get_table_names()
        rows = [session.execute(text(f'SELECT * FROM "{name}"')).all() for name in names]
    return "\n".join(str(row) for table in rows for row in table)


def test_a_mail_is_made_prepared_and_taken_and_its_link_is_fetched(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    token = both.link(journey.id, "tahap1_permohonan", BOGOR)
    [message] = messages(both, f"?case={journey.id}")
    events = [event for event, _ in told(message)]
    assert events == ["dibuat", "disiapkan", "diterima_server_surel"]
    assert both.client.get(f"/t/{token}").status_code == 200
    [message] = messages(both, f"?case={journey.id}")
    assert [event for event, _ in told(message)] == [*events, "tautan_diambil"]
    assert message["status"] == "sent"
    before = both.case(journey.id)
    both.wait(hours=1)
    both.client.get(f"/t/{token}")
    assert messages(both, f"?case={journey.id}") == [message]
    assert both.case(journey.id) == before


def test_asking_for_the_headers_only_is_not_noted(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    with both.office.database.read() as session:
        [link] = session.query(Link).all()
    token = links.token_for(both.office.secret, link.id)
    assert both.client.head(f"/t/{token}").status_code == 200
    [message] = messages(both, f"?case={journey.id}")
    assert [event for event, _ in told(message)] == ["dibuat"]


def test_a_page_does_not_wait_to_note_that_its_link_was_fetched(sqlite_town: Town) -> None:
    town = sqlite_town
    journey = Journey(town, [BOGOR, SUKABUMI])
    with town.office.database.read() as session:
        [link] = session.query(Link).all()
    token = links.token_for(town.office.secret, link.id)
    with town.office.database.write() as writer:
        writer.execute(text("SELECT 1"))
        assert town.client.get(f"/t/{token}").status_code == 200
    [message] = messages(town, f"?case={journey.id}")
    assert "tautan_diambil" not in dict(told(message))
    town.client.get(f"/t/{token}")
    [message] = messages(town, f"?case={journey.id}")
    assert "tautan_diambil" in dict(told(message))


def test_whom_only_a_telephone_reaches_is_sent_his_link_by_hand(both: Town) -> None:
    name = leave_only_a_telephone(both, BOGOR, "sekretaris_tkksd")
    journey = Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan")
    both.read_mail()
    [message] = messages(both, "?status=by_hand")
    assert (message["official"]["name"], message["kind"]) == (name, "tugas_baru")
    made = act(both, message, "by-hand")
    address = urlsplit(made["url"])
    assert (address.netloc, address.path) == ("wa.me", "/628123456789")
    words = parse_qs(address.query)["text"][0]
    assert words == made["text"]
    assert "Telaah TKKSD" in words
    [token] = LINK.findall(words)
    page = both.client.get(f"/t/{token}", headers={"Accept": "application/json"}).get_json()
    assert (page["element"], page["purpose"]) == ("tahap1_telaah", "jawab")
    stated = act(both, message, "delivered", {"by": "Sari Contoh", "note": "dibalas"})
    assert told(stated) == [
        ("dibuat", ""),
        ("disiapkan", "kota"),
        ("tautan_diambil", ""),
        ("dinyatakan_sampai", "Sari Contoh"),
    ]
    assert stated["status"] == "delivered"
    kinds = [
        e["kind"] for e in both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    ]
    assert {"message.by_hand", "message.delivered"} <= set(kinds)


def test_each_time_the_link_is_fresh_and_the_older_ones_keep_working(both: Town) -> None:
    leave_only_a_telephone(both, BOGOR, "sekretaris_tkksd")
    Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan")
    [message] = messages(both, "?status=by_hand")
    tokens = {LINK.search(act(both, message, "by-hand")["text"])[1] for _ in range(3)}  # type: ignore[index]
    assert len(tokens) == 3
    assert {both.client.get(f"/t/{token}").status_code for token in tokens} == {200}


def test_what_is_taken_by_hand_is_not_mailed_too(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI])
    [message] = messages(both, "?status=waiting")
    act(both, message, "by-hand")
    both.read_mail()
    assert not list((both.folder / "data" / "mail").glob("*.eml"))
    assert act(both, message, "again")["status"] == "waiting"
    both.read_mail()
    assert [m["status"] for m in messages(both)] == ["sent"]


def test_a_message_put_aside_is_sent_again_to_the_address_of_today(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI])
    [message] = messages(both)
    with both.office.database.write() as session:
        row = session.get_one(Message, message["id"])
        row.status, row.attempts, row.address = MessageStatus.PARKED, 10, "salah@contoh.example"
    assert [m["id"] for m in messages(both, "?status=parked")] == [message["id"]]
    again = act(both, message, "again")
    assert told(again)[-1] == ("dikirim_lagi", "kota")
    both.read_mail()
    with both.office.database.read() as session:
        row = session.get_one(Message, message["id"])
        assert row.address == "bagian-kerja-sama.3201@contoh.example"
        assert row.status is MessageStatus.SENT


def test_a_reminder_takes_the_place_of_what_still_waits_for_a_hand(both: Town) -> None:
    leave_only_a_telephone(both, BOGOR, "sekretaris_tkksd")
    journey = Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan")
    task = next(t for t in both.case(journey.id)["tasks"] if t["status"] == "open")
    answer = both.call("POST", f"/tasks/{task['id']}/remind", {"reason": "Mohon segera"})
    assert answer.status_code == 200
    [message] = messages(both, "?status=by_hand")
    assert message["kind"] != "tugas_baru"
    assert LINK.search(act(both, message, "by-hand")["text"])


def test_a_finished_task_need_not_be_told_by_hand_any_more(both: Town) -> None:
    leave_only_a_telephone(both, BOGOR, "sekretaris_tkksd")
    journey = Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan")
    [message] = messages(both, "?status=by_hand")
    token = LINK.search(act(both, message, "by-hand")["text"])[1]  # type: ignore[index]
    assert both.post(token, journey.plan["tahap1_telaah"]).status_code == 200
    assert message["id"] not in [m["id"] for m in messages(both, "?status=by_hand")]
    refused = both.call("POST", f"/messages/{message['id']}/by-hand")
    assert refused.status_code == 409


def test_only_what_waits_can_be_taken_again_or_stated(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI])
    both.read_mail()
    [message] = messages(both)
    path = f"/messages/{message['id']}"
    for what in ("by-hand", "again"):
        assert both.call("POST", f"{path}/{what}").status_code == 409
    assert both.call("POST", f"{path}/delivered", {"by": "  "}).status_code == 422
    act(both, message, "delivered", {"by": "Sari Contoh"})
    assert both.call("POST", f"{path}/delivered", {"by": "Sari Contoh"}).status_code == 409
    assert both.call("POST", "/messages/tidakada/again").status_code == 404


def test_whom_nothing_but_a_telephone_reaches_cannot_be_mailed_again(both: Town) -> None:
    name = leave_only_a_telephone(both, BOGOR, "sekretaris_tkksd")
    Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan")
    [message] = messages(both, "?status=by_hand")
    refused = both.call("POST", f"/messages/{message['id']}/again")
    assert refused.status_code == 409
    assert name in refused.get_json()["detail"]


def test_a_region_sees_the_messages_to_its_own_officials_only(both: Town) -> None:
    Journey(both, [BOGOR, SUKABUMI])
    Journey(both, [SUKABUMI, BOGOR])
    with both.office.database.read() as session:
        own = wanted_messages(session, Viewer.of_region(SUKABUMI))
        every = wanted_messages(session, SYSTEM)
    assert {each.official.region_code for each in own if each.official} == {SUKABUMI}
    assert len(every) == 2 * len(own)


def test_after_sending_no_link_stands_in_clear_in_any_table_nor_in_the_outbox(both: Town) -> None:
    leave_only_a_telephone(both, BOGOR, "sekretaris_tkksd")
    for _ in range(6):
        Journey(both, [BOGOR, SUKABUMI])
    Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan")
    both.wait(days=1)
    tick(both.office, both.now)
    [by_hand] = messages(both, "?status=by_hand")
    act(both, by_hand, "by-hand")
    with both.office.database.read() as session:
        made = [link.id for link in session.query(Link)]
        carried = [
            each
            for link in made
            if (each := ledger.carrier_of(session, session.get_one(Link, link)))
        ]
    assert {message.kind for message in carried} >= {"tugas_baru", "ringkasan"}
    kept = everything_kept(both)
    files = [p for p in (both.folder / "data").rglob("*") if p.is_file() and p.suffix != ".eml"]
    assert made
    for link in made:
        token = links.token_for(both.office.secret, link)
        assert token not in kept
    assert not re.search(r"/t/[A-Za-z0-9_-]{43}", kept)
    for path in files:
        assert not re.search(rb"/t/[A-Za-z0-9_-]{43}", path.read_bytes()), path


def test_whoever_has_no_address_at_all_gets_no_message(both: Town) -> None:
    leave_only_a_telephone(both, BOGOR, "sekretaris_tkksd", phone=None)
    journey = Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan")
    kinds = {m["kind"] for m in messages(both, f"?case={journey.id}")}
    assert "catat" in kinds
    assert not messages(both, "?status=by_hand")


def test_a_clerk_keeps_his_only_link_and_may_state_what_he_sent_after_a_reminder(
    both: Town,
) -> None:
    leave_only_a_telephone(both, SUKABUMI, "bagian_kerja_sama")
    leave_only_a_telephone(both, BOGOR, "sekretaris_tkksd", phone="+628111")
    Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    [asked] = messages(both, "?status=by_hand&region=32.02")
    assert asked["kind"] == "siapkan"
    Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan")
    [first] = messages(both, "?status=by_hand&region=32.01")
    act(both, first, "by-hand")
    both.now = datetime(2026, 8, 19, 2, tzinfo=UTC)
    tick(both.office, both.now)
    # a reminder with a link of its own takes the place of the first one; the escalation, which has
    # none, of nothing
    waiting = {m["kind"]: m for m in messages(both, "?status=by_hand&region=32.02")}
    assert "eskalasi" in waiting
    [asked] = [m for kind, m in waiting.items() if kind != "eskalasi"]
    [token] = LINK.findall(act(both, asked, "by-hand")["text"])
    page = both.client.get(f"/t/{token}", headers={"Accept": "application/json"}).get_json()
    assert (page["element"], page["purpose"]) == ("tahap2_kesediaan", "siapkan")
    # what was taken is not dropped by the reminders; of these only the newest waits
    kinds = [m["kind"] for m in messages(both, "?status=by_hand&region=32.01")]
    assert sorted(kinds) == ["pengingat", "tugas_baru"]
    assert act(both, first, "delivered", {"by": "Sari Contoh"})["status"] == "delivered"


def test_the_pemrakarsa_sends_by_hand_what_goes_to_a_contact_with_a_telephone_only(
    both: Town,
) -> None:
    journey = waiting_for_partner(both)
    code = printed(both, journey.id).code
    assert name_contact(both, code, surel="", telepon=PHONE).status_code < 400
    everything = both.token
    with both.office.database.write() as session:
        both.token, other = (
            accounts.create_token(
                session, name=code, role=AccountRole.SYSTEM, region_code=code, now=both.now
            )
            for code in (BOGOR, SUKABUMI)
        )
    [message] = messages(both, "?status=by_hand")
    assert message["official"]["region"] == PARTNER
    assert LINK.search(act(both, message, "by-hand")["text"])
    assert act(both, message, "delivered", {"by": "Ratna"})["status"] == "delivered"
    # another region sees nothing of it, nor the pemrakarsa what reaches registered officials
    both.token = other
    assert both.call("POST", f"/messages/{message['id']}/by-hand").status_code == 404
    both.token = everything
    leave_only_a_telephone(both, SUKABUMI, "kepala_daerah")
    leave_only_a_telephone(both, SUKABUMI, "bagian_kerja_sama")
    Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    assert messages(both, "?status=by_hand&region=32.02")
    with both.office.database.read() as session:
        seen = wanted_messages(session, Viewer.of_region(BOGOR))
    regions = {each.official.region_code for each in seen if each.official}
    assert SUKABUMI not in regions
