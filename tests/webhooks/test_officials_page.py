"""Officials on the board: found, added, changed and let go by administrators, with a record."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from processes.office import Office
from processes.store.tables import Official, Person

SignIn = Callable[..., FlaskClient]


def of(office: Office, role: str, region: str = "32.01") -> tuple[str, str]:
    """Id and name of the holder of a role."""
    with office.database.read() as session:
        found = session.execute(
            select(Official.id, Person.name)
            .join(Person, Person.id == Official.person_id)
            .where(Official.role == role, Official.region_code == region, Official.active)
        ).first()
        assert found is not None
        return found[0], found[1]


def test_smoke(office: Office, signed_in: SignIn, case_id: str) -> None:
    client = signed_in()
    row, _name = of(office, "sekda")
    for path in (
        "/pejabat",
        "/pejabat/baru",
        f"/pejabat/{row}",
        f"/pejabat/{row}/akhiri",
        "/pejabat/impor",
        "/pejabat/daftar.csv",
        "/peran",
        "/daerah",
        "/contoh",
        "/contoh/surat/permohonan.pdf",
        "/kunci",
        "/data-pribadi",
        "/data-pribadi/akses",
    ):
        for lang in ("id", "en"):
            got = client.get(path + f"?lang={lang}")
            assert got.status_code == 200, (path, got.get_data(as_text=True)[:3000])
