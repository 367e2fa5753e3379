"""Officials come in by list: all rows or none, one person for all rows that are hers."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from processes.store import officials_import, questions, sample
from processes.store.database import Database
from processes.store.officials_file import OfficialsRefused, read_officials
from processes.store.officials_import import ImportResult
from processes.store.tables import Official, OfficialStatus, Person
from tests.store.cast import BADUNG, BOGOR, SUKABUMI
from tests.store.test_database import run_together

HEADING = "region,role,name,nip,position,status,email,phone\n"
SEKDA = (
    "32.01,sekda,Sari Contoh,199001012015012001,Sekretaris Daerah,definitif,sari@contoh.example,"
)


def bring(database: Database, now: datetime, *rows: str, replace: bool = False) -> ImportResult:
    with database.write() as session:
        return officials_import.import_officials(
            session, HEADING + "\n".join(rows), replace, now, secret=b"rahasia"
        )


def refused(database: Database, now: datetime, text: str) -> OfficialsRefused:
    with database.write() as session, pytest.raises(OfficialsRefused) as caught:
        officials_import.import_officials(session, text, False, now, secret=b"rahasia")
    with database.read() as session:
        assert session.scalars(select(Official)).all() == []
        assert session.scalars(select(Person)).all() == []
    return caught.value


def errors_of(text: str) -> list[tuple[int, str]]:
    """Row and kind of every error in a list of officials of Bogor."""
    with pytest.raises(OfficialsRefused) as caught:
        read_officials(text, {BOGOR: "Kabupaten Bogor"})
    assert caught.value.say("en") != caught.value.say("id")
    return [(error.number, error.key) for error in caught.value.errors]


def everybody(database: Database) -> list[Person]:
    with database.read() as session:
        return list(session.scalars(select(Person).order_by(Person.name)))


def holders(database: Database, region: str, role: str) -> list[str]:
    with database.read() as session:
        return [person.name for _, person in questions.holders_of(session, region, role)]


def test_a_list_adds_officials_with_what_it_says_of_them(database: Database, now: datetime) -> None:
    result = bring(
        database,
        now,
        SEKDA,
        "51.03,kepala_daerah,Made Contoh,,Bupati Badung,Plt,,0812-3456 7890",
    )
    assert (result.added, result.updated, result.left) == (2, 0, 0)
    with database.read() as session:
        [(official, person)] = questions.holders_of(session, BADUNG, "kepala_daerah")
    assert (official.position, official.status) == ("Bupati Badung", OfficialStatus.PLT)
    assert (person.nip, person.email, person.phone) == (None, None, "+6281234567890")


def test_several_rows_of_one_person_are_one_person(database: Database, now: datetime) -> None:
    bring(
        database,
        now,
        SEKDA,
        "32.01,ketua_tkksd,Sari Contoh,199001012015012001,Ketua,definitif,lain@contoh.example,",
        "32.01,asisten,Budi Contoh,,Asisten,,budi@contoh.example,",
        "32.01,kabag,BUDI CONTOH,,Kabag,,BUDI@contoh.example,",
        "32.01,pelaksana,Budi Contoh,,Dinas,,budi.lain@contoh.example,",
    )
    assert len(everybody(database)) == 3


def test_a_nip_learnt_later_belongs_to_the_person_known_by_name_and_address(
    database: Database, now: datetime
) -> None:
    bring(database, now, "32.01,sekda,Sari Contoh,,Sekda,,sari@contoh.example,")
    bring(database, now, SEKDA)
    [sari] = everybody(database)
    assert sari.nip == "199001012015012001"


def test_two_people_of_one_name_with_two_nips_stay_two(database: Database, now: datetime) -> None:
    bring(
        database,
        now,
        SEKDA,
        "32.01,kabag,Sari Contoh,199001012015012002,Kabag,,sari@contoh.example,",
    )
    assert len(everybody(database)) == 2


def test_the_same_list_again_changes_nothing_and_an_edited_one_updates(
    database: Database, now: datetime
) -> None:
    bring(database, now, SEKDA)
    again = bring(database, now, SEKDA)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 1)
    edited = bring(database, now, SEKDA.replace("definitif", "Pj.").replace("sari@", "s@"))
    assert (edited.added, edited.updated, edited.unchanged) == (0, 1, 0)
    [sari] = everybody(database)
    assert sari.email == "s@contoh.example"


def test_replacing_makes_the_list_the_whole_truth_for_its_regions_only(
    database: Database, now: datetime
) -> None:
    bring(
        database,
        now,
        SEKDA,
        "32.01,asisten,Budi Contoh,,Asisten,,budi@contoh.example,",
        "32.02,sekda,Cici Contoh,,Sekda,,cici@contoh.example,",
    )
    result = bring(database, now, SEKDA, replace=True)
    assert (result.left, result.unchanged) == (1, 1)
    assert holders(database, BOGOR, "asisten") == []
    assert holders(database, SUKABUMI, "sekda") == ["Cici Contoh"]
    back = bring(database, now, "32.01,asisten,Budi Contoh,,Asisten,,budi@contoh.example,")
    assert back.added == 1
    assert holders(database, BOGOR, "asisten") == ["Budi Contoh"]


def test_a_list_written_by_a_spreadsheet_is_read(database: Database, now: datetime) -> None:
    text = (
        "\ufeffPhone;Region;Role;Name;NIP;Status\r\n"
        "81234567890;3201;sekda;  Sari   Contoh ;'19900101 201501 2 001;PLT\r\n"
        "\r\n"
        ';;;;;\r\n"0812 3456 7891";32.1;kabag;"Budi; Contoh";;\r\n'
    )
    with database.write() as session:
        done = officials_import.import_officials(session, text, False, now, secret=b"rahasia")
        assert done.added == 2
    assert holders(database, BOGOR, "sekda") == ["Sari Contoh"]
    assert holders(database, "32.10", "kabag") == ["Budi; Contoh"]
    assert [p.nip for p in everybody(database)] == [None, "199001012015012001"]


def test_a_row_without_a_title_gets_the_name_of_its_role(database: Database, now: datetime) -> None:
    bring(database, now, "32.01,ketua_tkksd,Sari Contoh,,,,sari@contoh.example,")
    with database.read() as session:
        assert session.scalars(select(Official.position)).one() == "Ketua Tkksd"


def test_one_wrong_row_keeps_all_rows_out_and_every_error_names_its_row(
    database: Database, now: datetime
) -> None:
    error = refused(
        database,
        now,
        HEADING
        + "\n".join(
            (
                SEKDA,
                "99.99,sekda,Budi Contoh,,Sekda,,budi@contoh.example,",
                "",
                "32.01,Sekda!,B,123,Sekda,tetap,budi@,12",
                "32.01,sekda,Cici Contoh,,Sekda,,,",
            )
        ),
    )
    assert [(e.number, e.key) for e in error.errors] == [
        (3, "region"),
        (5, "role"),
        (5, "name"),
        (5, "nip"),
        (5, "status"),
        (5, "email"),
        (5, "phone"),
        (6, "no_address"),
    ]
    assert "Baris 3" in error.say("id")
    assert "99.99" in error.say("id")
    assert "Row 6" in error.say("en")


@pytest.mark.parametrize("nip", ["19900101201501200", "1990010120150120011", "19900101201501200O"])
def test_a_nip_has_eighteen_digits(nip: str) -> None:
    assert errors_of(HEADING + SEKDA.replace("199001012015012001", nip)) == [(2, "nip")]


@pytest.mark.parametrize(
    "email",
    [
        "a@@b.example",
        "a b@c.example",
        "a@b",
        "@b.example",
        "a@.example",
        "a@b..example",
        "Sari <a@b.example>",
        "a@b.example;c@d.example",
        "ä@b.example",
        "a@b.",
        "x" * 65 + "@b.example",
    ],
)
def test_an_address_that_cannot_be_mailed_is_refused(email: str) -> None:
    row = f'32.01,sekda,Sari Contoh,,Sekda,,"{email}",'
    assert errors_of(HEADING + row) == [(2, "email")]


def test_one_nip_under_two_names_is_refused(database: Database, now: datetime) -> None:
    error = refused(database, now, HEADING + SEKDA + "\n" + SEKDA.replace("Sari", "Budi"))
    assert [(e.number, e.key) for e in error.errors] == [(3, "nip_name")]
    assert "baris 2" in error.say()


@pytest.mark.parametrize(
    ("text", "row", "key"),
    [
        ("", 1, "missing_columns"),
        (HEADING, 1, "empty"),
        ("region,role,name,nip,position,status\n", 1, "missing_columns"),
        ("region,role,name,email,alamat\n", 1, "unknown_columns"),
        ("region,role,name,email,email\n", 1, "unknown_columns"),
        (HEADING + SEKDA + ",,lebih", 2, "too_many_cells"),
        (HEADING + '32.01,"sekda,Sari', 2, "unreadable"),
        (HEADING + "\0", 1, "unreadable"),
        (HEADING + SEKDA.replace("Sari", "Sa\u202eri"), 2, "control"),
    ],
)
def test_a_list_that_is_none_is_refused_with_a_reason(text: str, row: int, key: str) -> None:
    assert errors_of(text) == [(row, key)]


@pytest.mark.parametrize("tail", [";", ";;", ";;;;;"])
def test_empty_columns_that_a_spreadsheet_leaves_behind_are_no_columns(tail: str) -> None:
    lines = (HEADING + SEKDA).replace(",", ";").splitlines()
    text = "\r\n".join(line + tail for line in lines) + "\r\n"
    [row] = read_officials(text, {BOGOR: "Kabupaten Bogor"})
    assert row.name == "Sari Contoh"
    assert errors_of(text.rstrip() + "lebih") == [(2, "too_many_cells")]


def test_a_row_with_too_many_columns_hides_no_other_error() -> None:
    rows = [SEKDA + ",,lebih", SEKDA.replace("32.01", "99.99"), SEKDA + ",,,lebih lagi"]
    assert errors_of(HEADING + "\n".join(rows)) == [
        (2, "too_many_cells"),
        (3, "region"),
        (4, "too_many_cells"),
    ]


def test_many_errors_are_cut_to_twenty_rows(database: Database, now: datetime) -> None:
    error = refused(database, now, HEADING + "\n".join([SEKDA.replace("32.01", "99.99")] * 25))
    assert error.say("id").count("Baris") == 20
    assert "5 kesalahan lain" in error.say("id")


def test_the_sample_staffs_jawa_barat_and_badung_once(database: Database) -> None:
    def load() -> None:
        with database.write() as session:
            sample.load_sample(session)

    run_together(load, load)
    with database.read() as session:
        names = questions.regions_with_officials(session)
        officials = session.scalars(select(Official)).all()
    assert len(names) == 29
    assert {"Provinsi Jawa Barat", "Kabupaten Bogor", "Kabupaten Badung"} <= set(names)
    assert len(officials) == 29 * 9
    assert holders(database, BOGOR, "kepala_daerah") != holders(database, BOGOR, "sekda")
    assert holders(database, SUKABUMI, "ketua_tkksd") == holders(database, SUKABUMI, "sekda")
    found = everybody(database)
    assert len(found) == 9 + 28 * 7
    assert all("Contoh" in p.name and p.nip is None for p in found)
    assert all((p.email or "").endswith(".example") for p in found)
    assert len({p.email for p in found}) == len({p.phone for p in found}) == len(found)
    assert all((p.phone or "").startswith("+62000") for p in found)


def test_an_installation_with_officials_gets_no_sample(database: Database, now: datetime) -> None:
    bring(database, now, SEKDA)
    with database.write() as session:
        assert sample.load_sample(session) == 0
