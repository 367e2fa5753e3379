"""The page of who is away: an administrator enters a substitute and ends it, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from processes import actions
from processes.office import Office
from processes.store import questions, substitutions
from processes.store.tables import AccountRole, Official, Person, Substitution
from tests.webhooks.conftest import Clock
from tests.webhooks.forms import key_in

SignIn = Callable[..., FlaskClient]
BOGOR, SUKABUMI = "32.01", "32.02"


def one(office: Office, role: str, region: str = BOGOR) -> tuple[Official, Person]:
    with office.database.read() as session:
        return questions.holders_of(session, region, role)[0]


@pytest.fixture
def order(office: Office) -> Callable[..., dict[str, Any]]:
    """What the form sends: Rina Contoh stands in for the kabag of Bogor from 2 March on."""

    def typed(browser: FlaskClient, **changes: Any) -> dict[str, Any]:
        page = browser.get(f"/pengganti?region={BOGOR}").text
        return {
            "_kunci": key_in(page),
            "region": BOGOR,
            "official": one(office, "kabag")[0].id,
            "status": "Plh",
            "substitute": "",
            "name": "Rina Contoh",
            "email": "rina@bogor.example",
            "phone": "",
            "starts_on": "2026-03-02",
            "ends_on": "2026-03-20",
            "letter_number": "800/12-BKPSDM/2026",
            "reason": "Cuti tahunan",
            **changes,
        }

    return typed


Order = Callable[..., dict[str, Any]]


def rows(office: Office) -> list[Substitution]:
    with office.database.read() as session:
        return list(session.scalars(select(Substitution).order_by(Substitution.created_at)))


def test_an_administrator_enters_a_substitute_and_sees_him_listed(
    office: Office, signed_in: SignIn, order: Order
) -> None:
    browser = signed_in(region=BOGOR)
    assert "/pengganti" in browser.get("/").text
    assert browser.post("/pengganti", data=order(browser)).status_code == 303
    page = browser.get("/pengganti").text
    for told in (one(office, "kabag")[1].name, "Rina Contoh", "800/12-BKPSDM/2026", "berjalan"):
        assert told in page
    assert "20 Maret 2026" in page
    assert [row.created_by for row in rows(office)] == ["admin 32.01"]


def test_an_official_of_the_region_may_stand_in_until_it_is_ended(
    office: Office, signed_in: SignIn, order: Order
) -> None:
    browser, colleague = signed_in(), one(office, "asisten")
    typed = order(browser, name="", email="", substitute=colleague[0].id, ends_on="")
    assert browser.post("/pengganti", data=typed).status_code == 303
    page = browser.get(f"/pengganti?region={BOGOR}").text
    assert "sampai diakhiri" in page
    assert [row.person_id for row in rows(office)] == [colleague[1].id]


def test_it_is_ended_with_a_reason_and_only_once(
    office: Office, signed_in: SignIn, order: Order
) -> None:
    browser = signed_in()
    browser.post("/pengganti", data=order(browser))
    [row] = rows(office)
    end, key = f"/pengganti/{row.id}/akhiri", key_in(browser.get("/pengganti").text)
    refused = browser.post(end, data={"_kunci": key, "reason": " "})
    assert refused.status_code == 422
    assert "Alasan wajib diisi" in refused.text
    assert browser.post(end, data={"_kunci": key, "reason": "Sudah kembali"}).status_code == 303
    assert "Sudah kembali · admin None" in browser.get(f"/pengganti?region={BOGOR}").text
    again = browser.post(end, data={"_kunci": key, "reason": "Sudah kembali"})
    assert again.status_code == 409
    assert "sudah berakhir" in again.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"official": ""}, "official"),
        ({"official": "tidak-ada"}, "official"),
        ({"status": "Pj"}, "status"),
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "besok"}, "starts_on"),
        ({"ends_on": "2026-03-01"}, "ends_on"),
        ({"ends_on": "nanti"}, "ends_on"),
        ({"letter_number": ""}, "letter_number"),
        ({"name": ""}, "name"),
        ({"email": ""}, "email"),
        ({"email": "rina"}, "email"),
        ({"phone": "x"}, "phone"),
        ({"substitute": "tidak-ada"}, "substitute"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    office: Office, signed_in: SignIn, order: Order, wrong: dict[str, str], field: str
) -> None:
    browser = signed_in()
    refused = browser.post("/pengganti", data=order(browser, **wrong))
    assert refused.status_code == 422
    assert f'id="{field}-galat"' in refused.text
    assert f'href="#{field}"' in refused.text
    assert "Cuti tahunan" in refused.text
    assert rows(office) == []


def test_a_region_sees_and_changes_only_its_own(
    office: Office, signed_in: SignIn, order: Order
) -> None:
    everywhere, elsewhere = signed_in(), signed_in(region=SUKABUMI)
    everywhere.post("/pengganti", data=order(everywhere))
    [row] = rows(office)
    page = elsewhere.get(f"/pengganti?region={BOGOR}").text
    assert "Rina Contoh" not in page
    assert one(office, "sekda")[1].name not in page
    key = key_in(page)
    end = elsewhere.post(f"/pengganti/{row.id}/akhiri", data={"_kunci": key, "reason": "x y"})
    assert end.status_code == 404
    refused = elsewhere.post("/pengganti", data={**order(everywhere), "_kunci": key})
    assert refused.status_code == 422
    assert [each.ended_at for each in rows(office)] == [None]


def test_who_may_not_act_sees_the_list_without_forms(
    office: Office, signed_in: SignIn, order: Order, browser: FlaskClient
) -> None:
    signed_in().post("/pengganti", data=order(signed_in(region=BOGOR)))
    owner = signed_in(AccountRole.OWNER)
    page = owner.get(f"/pengganti?region={BOGOR}").text
    assert 'name="letter_number"' not in page
    typed = order(signed_in(region="32.03"), _kunci=key_in(page))
    assert owner.post("/pengganti", data=typed).status_code == 403
    assert browser.get("/pengganti").status_code == 303


def test_one_that_could_not_be_carried_out_shows_on_the_page_and_on_the_dashboard(
    office: Office, signed_in: SignIn, order: Order, clock: Clock
) -> None:
    browser = signed_in()
    browser.post("/pengganti", data=order(browser, starts_on="2026-03-09"))
    [row] = rows(office)
    with office.database.write() as session:
        for _ in range(substitutions.MOST_ATTEMPTS):
            substitutions.note_failure(session, row.id, "rusak", clock())
    assert "1 penggantian pejabat belum dapat dijalankan" in browser.get("/").text
    assert "rusak" in browser.get("/pengganti").text
    assert "Substitutes" in browser.get("/pengganti?lang=en").text
    clock.pass_days(8)
    assert actions.change_substitutes(office, now=clock()) == 0
