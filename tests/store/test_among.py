"""`among` finds what `IN` finds, with one parameter whatever there is to find."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from sqlalchemy import select

from processes.store.among import among
from processes.store.database import Database
from processes.store.tables import Region

MANY = [f"{number:02}" for number in range(100)]


def codes(database: Database, wanted: Collection[str], *, others: bool = False) -> set[str]:
    """Codes of the provinces that are, or are not, among the wanted ones."""
    is_wanted = among(Region.code, wanted)
    query = select(Region.code).where(
        ~is_wanted if others else is_wanted, Region.kind == "provinsi"
    )
    with database.read() as session:
        return set(session.scalars(query))


@pytest.mark.parametrize(
    "wanted", [[], ["32"], {"32", "33", "no such"}, MANY, ["'", '"', "{}", ""]]
)
def test_one_of_several_texts_is_found_like_in(database: Database, wanted: Collection[str]) -> None:
    query = select(Region.code).where(Region.code.in_(wanted), Region.kind == "provinsi")
    with database.read() as session:
        known = set(session.scalars(query))
    everything = codes(database, MANY)
    assert codes(database, wanted) == known
    assert codes(database, wanted, others=True) == everything - known


def test_the_statement_is_the_same_for_any_number(database: Database) -> None:
    said = {
        str(select(Region).where(among(Region.code, MANY[:n])).compile(database.engine))
        for n in (0, 1, 50)
    }
    assert len(said) == 1
