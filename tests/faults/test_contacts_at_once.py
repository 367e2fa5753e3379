"""Several people who name the contact of one region in the same instant: one of them is heard."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from processes import actions
from processes.store.tables import Official, TaskHolder
from tests.faults.test_races import BOGOR, CLERK, at_once, finish, scan
from tests.journeys.answers import smooth
from tests.journeys.town import Town

#: regions in which the sample installation has no officials
PARTNERS = [f"33.{number:02}" for number in range(1, 9)]


def asked(town: Town, partner: str) -> tuple[str, str]:
    """A case that waits for the partner, and a code of it."""
    case = actions.open_case(
        town.office,
        procedure="ksdd",
        region=BOGOR,
        parties=[partner],
        title="Pengelolaan sampah",
        actor=CLERK,
        now=town.now,
    )
    plan = smooth("2026-07-06", parties=[BOGOR, partner])
    for element, files in (("tahap1_permohonan", ["kak"]), ("tahap1_telaah", [])):
        finish(town, case, element, BOGOR, {**plan[element], **{f: scan(town) for f in files}})
    finish(town, case, "tahap1_surat", BOGOR, {**plan["tahap1_surat"], "surat": scan(town)})
    package = actions.print_package(town.office, case, partner, actor=CLERK, now=town.now)
    return case, package.code


def name_contact(town: Town, code: str, name: str) -> int:
    form = {"kode": code, "nama": name, "jabatan": "Kabag", "surel": f"{name}@x.example"}
    return town.app.test_client().post("/k/narahubung", data=form).status_code


def test_a_region_gets_one_contact_however_many_name_one_at_once(both: Town) -> None:
    outcomes: Counter[int] = Counter()
    for partner in PARTNERS:
        cases = [asked(both, partner) for _ in range(2)]
        acts = [
            lambda code=code, name=name: name_contact(both, code, name)  # type: ignore[misc]
            for name, (_, code) in zip(("ratna", "budi", "sari", "tono"), cases * 2, strict=True)
        ]
        outcomes.update(at_once(acts))

    assert outcomes == {200: len(PARTNERS), 409: 3 * len(PARTNERS)}
    with both.office.database.read() as session:
        named = session.scalar(select(func.count()).where(Official.region_code.in_(PARTNERS)))
        held = session.scalar(
            select(func.count())
            .select_from(TaskHolder)
            .join(Official, Official.id == TaskHolder.official_id)
            .where(Official.region_code.in_(PARTNERS))
        )
    assert named == len(PARTNERS)
    assert held == 0  # only the willingness of the head waits, which is not the contact's task
