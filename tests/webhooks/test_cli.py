"""The command `ksdd`: each command does what its help says, and an error is one sentence."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from sqlalchemy import text

from processes import actions
from processes.office import Office
from processes.settings import Settings
from processes.store import accounts
from processes.store import procedures as versions
from processes.store.database import Database
from tests.engine.drawings import drawing, flows
from tests.engine.mistakes.table import END, START
from tests.engine.walks import SOUND, deciding, gateway
from webhooks.cli import commands, main
from webhooks.cli.overview import leaves

SHIPPED = Path(__file__).parents[2] / "processes" / "ksdd"
HEADER = "region,role,name,nip,position,status,email,phone\n"
LONG_BEFORE = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
#: runs a command; exit code, standard output, standard error
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> Settings:
    environ = {
        "KSDD_ENV": "development",
        "KSDD_DATA": str(tmp_path / "data"),
        "KSDD_DATABASE_URL": sqlite_url,
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return Settings.from_environment(environ)


@pytest.fixture
def ksdd(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(list(words))
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return run


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = Database.open(settings.database_url)
    yield opened
    opened.close()


def every_command(group: click.Group = commands) -> Iterator[click.Command]:
    yield group
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from every_command(command)
        else:
            yield command


@pytest.mark.parametrize("command", list(every_command()), ids=lambda command: str(command.name))
def test_every_command_says_what_it_does_with_an_example(command: click.Command) -> None:
    assert command.help
    assert (command.epilog or "").startswith("Contoh: ")


def test_the_help_lists_every_command_with_its_own_example_at_80_columns(ksdd: Run) -> None:
    code, out, _ = ksdd("--help")
    assert code == 0
    assert [line for line in out.splitlines() if len(line) > 80] == []
    told = " ".join(out.replace("\\\n", " ").split())
    found = dict(leaves(commands))
    assert {"officials import", "token create", "history verify", "serve"} <= found.keys()
    for name, command in found.items():
        example = command.epilog or ""
        assert f"ksdd {name}" in example, name
        assert f"  ksdd {name}\n" in out, name
        assert " ".join(example.split()) in told, name


@pytest.mark.parametrize(
    "words",
    [
        ("tokn",),
        ("tick",),
        ("tick", "--now", "besok"),
        ("tick", "--now", "2026-03-02T09:00"),
        ("check", "/nowhere"),
        ("publish", "/nowhere", "--note", "x"),
        ("officials", "import", "/nowhere.csv"),
        ("token", "create", "srikandi", "--role", "king"),
        ("regions", "pattern", "99.99", "119/…/KB"),
        ("regions", "pattern", "32.01", "119/{bln}/KB"),
        ("worker",),
        ("beat",),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_1(ksdd: Run, words: tuple[str, ...]) -> None:
    code, out, err = ksdd(*words)
    assert code == 1
    assert out == ""
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err


def test_an_unknown_setting_stops_every_command(ksdd: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KSDD_PROT", "8001")
    code, _, err = ksdd("serve")
    assert code == 1
    assert "KSDD_PROT" in err
    assert "KSDD_PORT" in err


def test_a_database_that_cannot_be_opened_is_a_sentence_too(
    ksdd: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KSDD_DATABASE_URL", "postgresql://ksdd@127.0.0.1:1/ksdd")
    code, _, err = ksdd("history", "verify")
    assert code == 1
    assert len(err.splitlines()) == 1


def test_time_is_moved_by_hand_only_while_developing(
    ksdd: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = ksdd("tick", "--now", "2026-03-02T09:00+07:00")
    assert code == 0
    assert json.loads(out) == {"timers": 0, "reminders": 0, "escalations": 0, "messages": 0}
    monkeypatch.setenv("KSDD_ENV", "production")
    code, _, err = ksdd("tick", "--now", "2026-03-02T09:00+07:00")
    assert code == 1
    assert "KSDD_ENV=development" in err


def test_the_shipped_folder_has_no_errors(ksdd: Run) -> None:
    code, out, _ = ksdd("check", str(SHIPPED), "--json")
    assert [f for f in json.loads(out) if f["severity"] == "error"] == []
    assert code == 0


def test_findings_are_named_and_an_error_is_exit_code_1(ksdd: Run, tmp_path: Path) -> None:
    folder = tmp_path / "rusak"
    shutil.copytree(SHIPPED, folder)
    (folder / "pesan" / "kabar.txt").write_text("Judul\n{{ perkara.jdul }}\n")
    code, out, _ = ksdd("check", str(folder), "--json")
    assert code == 1
    (finding,) = (f for f in json.loads(out) if f["severity"] == "error")
    assert set(finding) == {"severity", "code", "file", "line", "element", "message"}
    assert (finding["file"], finding["line"]) == ("pesan/kabar.txt", 2)
    code, out, _ = ksdd("check", str(folder))
    assert code == 1
    assert "pesan/kabar.txt baris 2" in out


@pytest.mark.parametrize(("there", "code"), [(False, "no_folder"), (True, "no_diagram")])
def test_a_folder_that_cannot_be_checked_is_a_finding_for_a_machine(
    ksdd: Run, tmp_path: Path, there: bool, code: str
) -> None:
    folder = tmp_path / "kosong"
    if there:
        folder.mkdir()
    left, out, err = ksdd("check", str(folder), "--json")
    assert (left, err) == (1, "")
    [finding] = json.loads(out)
    assert (finding["severity"], finding["code"]) == ("error", f"folder.{code}")
    assert (finding["file"], finding["line"], finding["element"]) == ("", 0, "")
    assert str(folder) in finding["message"]


def test_publishing_prints_the_number_of_the_new_version(ksdd: Run, tmp_path: Path) -> None:
    folder = tmp_path / "ksdd"
    shutil.copytree(SHIPPED, folder)
    (folder / "pesan" / "kabar.txt").write_text("Kabar\n\nIsi yang lain.\n")
    assert ksdd("publish", str(folder), "--note", "kabar lebih singkat")[:2] == (0, "2\n")


def test_a_folder_is_compared_in_words_and_published_from_a_day_on(
    ksdd: Run, tmp_path: Path, database: Database
) -> None:
    folder = tmp_path / "ksdd"
    shutil.copytree(SHIPPED, folder)
    assert ksdd("compare", str(folder))[:2] == (0, "0 perubahan terhadap versi 1.\n")
    (folder / "pesan" / "kabar.txt").write_text("Kabar\n\nIsi yang lain.\n")
    code, out, _ = ksdd("compare", str(folder), "--with", "1")
    assert code == 0
    assert "Pesan “kabar”: isinya diubah" in out
    assert "  + Isi yang lain." in out
    wish = ("--note", "Kabar", "--basis", "SK 1/2026")
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    assert ksdd("publish", str(folder), *wish, "--effective", day)[:2] == (0, "2\n")
    with database.read() as session:
        version = versions.find_version(session, "ksdd", 2)
        assert (version.basis, str(version.effective_on)) == ("SK 1/2026", day)
        assert version.published_by.startswith("ksdd publish (")
        assert version.approved_by == ""
    for wrong in ("kemarin", "2020-01-01"):
        code, _, err = ksdd("publish", str(folder), *wish, "--effective", wrong)
        assert code == 1
        assert "misalnya 2026-12-31" in err
    assert ksdd("compare", str(folder), "--with", "9")[0] == 1


def test_a_folder_is_tried_out_and_what_goes_wrong_is_drawn(ksdd: Run, tmp_path: Path) -> None:
    folder, drawn = tmp_path / "kecil", tmp_path / "jalan.svg"
    folder.mkdir()
    (folder / "kecil.bpmn").write_bytes(drawing(*SOUND))
    code, out, _ = ksdd("try", str(folder), "--json")
    told = json.loads(out)
    assert (code, told["sound"]) == (0, True)
    assert told["walks"] == [{"parties": 2, "situations": 3, "acts": 5, "complete": True}]
    scenario = 'mulai = 2026-03-02\npihak = ["32.01", "32.02"]\n[[langkah]]\njawab = "a"\n'
    (folder / "skenario").mkdir()
    path = folder / "skenario" / "gagal.toml"
    path.write_text(scenario + 'isian = { hasil = "ya" }\nharap.terbuka = ["b"]\n')
    code, out, _ = ksdd("try", str(folder), "--picture", str(drawn))
    assert code == 1
    assert "skenario/gagal.toml baris 3" in out
    assert "seharusnya b, ternyata" in out
    code, english, _ = ksdd("try", str(folder), "--lang", "en")
    assert code == 1
    assert "skenario/gagal.toml line 3" in english
    assert "Open should be b, but open are" in english
    assert not {"Skenario", "Memeriksa", "macet"} & set(english.split())
    assert drawn.read_text("utf-8").startswith("<svg")


def test_a_folder_in_which_a_case_gets_stuck_is_not_published(ksdd: Run, tmp_path: Path) -> None:
    folder = tmp_path / "macet"
    folder.mkdir()
    way_out = flows(("mulai", "a"), ("a", "g"), ("g", "a"), ("g", "akhir", "len(mitra) &gt; 9"))
    round_and_round = drawing(START, deciding("a"), gateway("g", "a"), END, way_out)
    (folder / "macet.bpmn").write_bytes(round_and_round)
    code, out, err = ksdd("publish", str(folder), "--note", "macet")
    assert (code, out) == (1, "")
    assert "Dari a tidak ada jalan ke akhir mana pun" in err


def test_a_changed_deadline_is_published_and_the_scenario_that_knows_the_old_one_is_named(
    ksdd: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "ksdd"
    shutil.copytree(SHIPPED, folder)
    diagram = folder / "ksdd.bpmn"
    diagram.write_text(
        diagram.read_text().replace("hari_kerja(45, tahap4", "hari_kerja(60, tahap4")
    )
    assert ksdd("check", str(folder))[:2] == (0, "0 temuan.\n")
    code, out, err = ksdd("publish", str(folder), "--note", "60 hari kerja")
    assert (code, out) == (0, "2\n")
    assert "Peringatan: skenario/dprd_diam.toml" in err


def test_a_token_is_printed_alone_and_works(ksdd: Run, database: Database) -> None:
    code, out, _ = ksdd("token", "create", "srikandi", "--role", "system", "--region", "32.01")
    assert code == 0
    with database.read() as session:
        token = accounts.find_token(session, out.removesuffix("\n"))
    assert token is not None
    assert (token.name, token.region_code) == ("srikandi", "32.01")
    assert ksdd("token", "create", "srikandi", "--role", "system")[0] == 1
    assert ksdd("token", "create", "lain", "--role", "system", "--region", "99.99")[0] == 1


def test_an_administrator_who_lost_his_link_gets_another(ksdd: Run, database: Database) -> None:
    first, second = (ksdd("sign-in")[1].strip().rpartition("/masuk/")[2] for _ in range(2))
    with database.write() as session:
        moment = datetime.now(UTC)
        assert accounts.use_sign_in_link(session, first, moment) is None
        assert accounts.use_sign_in_link(session, second, moment) is not None


def test_officials_come_in_all_or_none(ksdd: Run, tmp_path: Path) -> None:
    good = '32.01,sekda,Contoh Sekda,,"Sekretaris Daerah",definitif,sekda@example.test,\n'
    file = tmp_path / "pejabat.csv"
    file.write_text(HEADER + good, "utf-8-sig")
    assert ksdd("officials", "import", str(file))[0] == 0
    file.write_text(HEADER + good + "99.99,sekda,Tanpa Daerah,,Sekda,definitif,x@example.test,\n")
    code, _, err = ksdd("officials", "import", str(file))
    assert code == 1
    assert "3" in err
    file.write_bytes(b"\xff\xfe\x00")
    assert ksdd("officials", "import", str(file))[0] == 1


def test_a_role_that_no_procedure_uses_is_taken_and_said(ksdd: Run, tmp_path: Path) -> None:
    file = tmp_path / "pejabat.csv"
    rows = [
        f"33.03,{role},Contoh {name},,,definitif,{role}@example.test,\n"
        for name, role in (("Satu", "kepala_dearah"), ("Dua", "nope"), ("Tiga", "sekda"))
    ]
    file.write_text(HEADER + "".join(rows))
    code, out, err = ksdd("officials", "import", str(file))
    assert (code, "3 pejabat ditambahkan" in out) == (0, True)
    said = [line for line in err.splitlines() if "tidak dipakai prosedur mana pun" in line]
    assert len(said) == 2
    assert '"kepala_dearah"' in said[0]
    assert "Mungkin maksudnya kepala_daerah" in said[0]
    assert '"nope"' in said[1]
    assert "Mungkin" not in said[1]


def test_a_history_that_was_changed_is_found(
    ksdd: Run, settings: Settings, database: Database
) -> None:
    assert ksdd("history", "verify")[0] == 0
    office = Office.open(settings)
    actions.open_case(
        office,
        procedure="ksdd",
        region="32.01",
        parties=["32.02"],
        title="Air bersih",
        actor=actions.Actor(kind="account", name="administrator"),
        now=datetime(2026, 3, 2, 2, 0, tzinfo=UTC),
    )
    office.close()
    assert ksdd("history", "verify")[0] == 0
    with database.connect_to_write() as connection:
        for (name,) in connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE history SET kind = 'x' WHERE seq = 2"))
    code, _, err = ksdd("history", "verify")
    assert code == 1
    assert "2" in err


def test_a_regions_number_pattern_is_kept_and_an_unknown_place_in_it_is_named(ksdd: Run) -> None:
    code, out, _ = ksdd("regions", "pattern", "32.01", "119/…-Kesber/{bulan_romawi}/{tahun}")
    assert code == 0
    assert "119/…-Kesber/{bulan_romawi}/{tahun}" in out
    _, _, err = ksdd("regions", "pattern", "32.01", "119/{bulan_latin}")
    assert "{bulan_latin}" in err
    assert "{bulan_romawi}" in err


def test_a_day_is_entered_shown_and_taken_back_on_the_command_line(
    ksdd: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.cli.calendar.this_moment", lambda: LONG_BEFORE)
    words = ["--kind", "libur_daerah", "--region", "32.01", "--name", "Jadi", "--decree", "SK1"]
    code, out, _ = ksdd("calendar", "add", "2028-06-02", *words, "--preview")
    assert (code, "Tidak ada yang disimpan" in out) == (0, True)
    assert ksdd("calendar", "add", "2028-06-02", *words)[0] == 0
    code, _, err = ksdd("calendar", "add", "2028-06-02", *words)
    assert (code, "SK1" in err) == (1, True)
    code, out, err = ksdd("calendar", "show", "--region", "32.01", "--year", "2028")
    assert "2028-06-02  libur_daerah  32.01  Jadi  [SK1]" in out
    assert "perkiraan" in out
    assert "cuti bersama tahun 2028 belum ada" in err
    gone = ("calendar", "remove", "2028-06-02", "--region", "32.01", "--reason", "SK dicabut")
    assert ksdd(*gone)[0] == 0
    assert ksdd(*gone)[0] == 1


def test_a_decrees_list_of_days_comes_in_all_or_none(
    ksdd: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.cli.calendar.this_moment", lambda: LONG_BEFORE)
    file, good = tmp_path / "skb.csv", "2028-06-02,cuti_bersama,,Cuti bersama,SKB\n"
    heading = "day,kind,region,name,decree\n"
    file.write_text(heading + good + "2028,x,,,\n")
    code, _, err = ksdd("calendar", "import", str(file))
    assert (code, "Baris 3" in err) == (1, True)
    assert "belum ada" in ksdd("calendar", "show", "--year", "2028")[2]
    file.write_text(heading + good)
    assert ksdd("calendar", "import", str(file))[0] == 0
    assert "belum ada" not in ksdd("calendar", "show", "--year", "2028")[2]
    file.write_bytes(b"\xff\xfe\x00")
    assert ksdd("calendar", "import", str(file))[0] == 1


@pytest.mark.parametrize(("month", "warned"), [(3, False), (12, True)])
def test_a_folder_whose_deadlines_reach_a_year_not_fully_known_is_warned_of(
    ksdd: Run, monkeypatch: pytest.MonkeyPatch, month: int, warned: bool
) -> None:
    day = datetime(2027, month, 1, tzinfo=UTC)
    monkeypatch.setattr("webhooks.cli.folders.this_moment", lambda: day)
    code, _, err = ksdd("check", str(SHIPPED))
    assert (code, "cuti bersamanya belum diketahui" in err) == (0, warned)


def test_the_file_of_a_case_is_written_whole_or_not_at_all(
    ksdd: Run, settings: Settings, tmp_path: Path
) -> None:
    office = Office.open(settings)
    clerk = actions.Actor(kind="account", name="uji")
    case_id = actions.open_case(
        office,
        procedure="ksdd",
        region="32.01",
        parties=["32.02"],
        title="Air bersih",
        actor=clerk,
        now=LONG_BEFORE,
    )
    office.close()
    path = tmp_path / "perkara.zip"
    code, told, _ = ksdd("export", "KSDD/2026/0001", str(path))
    assert (code, str(path) in told) == (0, True)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {"index.html", "SHA256SUMS", "periksa.py"} <= set(archive.namelist())
    for words in ((case_id, str(path)), ("KSDD/2026/9999", "x.zip"), (case_id, "/none/x.zip")):
        code, _, wrong = ksdd("export", *words)
        assert (code, wrong.count("\n")) == (1, 1)
    assert list(tmp_path.glob(".*.draft")) == []
