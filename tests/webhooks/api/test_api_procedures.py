"""Reading procedures, checking a changed one and publishing it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from sqlalchemy import select

from processes.actions.procedures import read_folder
from processes.office import Office
from processes.store.tables import Official
from tests.engine.test_checks_hostile import REFUSED
from tests.webhooks.api.machine import Machine, a_file

SHIPPED = Path(__file__).parents[3] / "processes" / "ksdd"
VERSIONS = "/procedures/ksdd/versions"
XML, ZIP = "application/xml", "application/zip"


@pytest.fixture
def owner(machine: Callable[..., Machine]) -> Machine:
    """The process owner's own tools."""
    return machine("pemilik proses", role="owner")


@pytest.fixture(scope="module")
def folder() -> Mapping[str, bytes]:
    """The shipped folder."""
    return read_folder(SHIPPED)


def zipped(files: Mapping[str, bytes], top: str = "") -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(top + name, content)
    return found.getvalue()


def test_the_shipped_procedure_is_version_one(owner: Machine) -> None:
    page = owner.get(VERSIONS).get_json()
    assert [(v["key"], v["number"]) for v in page["items"]] == [("ksdd", 1)]


def test_a_diagram_is_answered_as_its_owner_drew_it(
    owner: Machine, folder: Mapping[str, bytes]
) -> None:
    answer = owner.get(f"{VERSIONS}/1/diagram")
    assert answer.mimetype == XML
    assert answer.data == folder["ksdd.bpmn"]


@pytest.mark.parametrize(
    "path",
    [
        "/procedures/lain/versions",
        "/procedures/lain/versions/1/diagram",
        f"{VERSIONS}/2/diagram",
        f"{VERSIONS}/0/diagram",
        f"{VERSIONS}/-1/diagram",
        f"{VERSIONS}/99999999999999999999/diagram",
        f"{VERSIONS}/satu/diagram",
        "/procedures/%2e%2e/versions",
        "/procedures/KSDD/versions",
    ],
)
def test_a_version_that_does_not_exist_is_not_found(owner: Machine, path: str) -> None:
    assert owner.get(path).status_code == 404


def test_checking_publishes_nothing(owner: Machine, folder: Mapping[str, bytes]) -> None:
    answer = owner.post(f"{VERSIONS}?check=only", data=zipped(folder), content_type=ZIP)
    assert answer.status_code == 200
    assert [f for f in answer.get_json()["findings"] if f["severity"] == "error"] == []
    assert owner.get(VERSIONS).get_json()["total"] == 1


@pytest.mark.parametrize("top", ["", "ksdd/"])
def test_a_zip_of_the_folder_becomes_the_next_version(
    owner: Machine, folder: Mapping[str, bytes], top: str
) -> None:
    answer = owner.post(
        f"{VERSIONS}?note=tenggat+baru",
        data=zipped({**folder, ".DS_Store": b"x"}, top),
        content_type=ZIP,
    )
    assert answer.status_code == 201, answer.get_json()
    version = answer.get_json()
    assert (version["number"], version["note"]) == (2, "tenggat baru")
    assert version["published_by"] == "pemilik proses"


def test_a_diagram_alone_keeps_the_rest_of_the_folder(
    owner: Machine, system: Machine, folder: Mapping[str, bytes]
) -> None:
    answer = owner.post(VERSIONS, data=folder["ksdd.bpmn"], content_type=XML)
    assert answer.status_code == 201, answer.get_json()
    assert answer.get_json()["sha256"] == owner.get(VERSIONS).get_json()["items"][1]["sha256"]
    assert system.open_case()["version"] == 2


def test_a_diagram_that_its_scenarios_do_not_know_yet_is_published_with_a_warning(
    owner: Machine, folder: Mapping[str, bytes]
) -> None:
    later = folder["ksdd.bpmn"].replace(b"hari_kerja(45, tahap4", b"hari_kerja(60, tahap4")
    made = owner.post(VERSIONS, data=later, content_type=XML)
    assert made.status_code == 201, made.get_data(as_text=True)
    [told] = [each for each in made.get_json()["warnings"] if "skenario" in each]
    assert told.startswith("skenario/dprd_diam.toml: ")


def test_bytes_of_no_named_type_are_told_by_how_they_begin(
    owner: Machine, folder: Mapping[str, bytes]
) -> None:
    path, kind = f"{VERSIONS}?check=only", "application/octet-stream"
    diagram = folder["ksdd.bpmn"]
    for content in (zipped(folder), diagram, b"\xef\xbb\xbf\n" + diagram.lstrip()):
        answer = owner.post(path, data=content, content_type=kind)
        assert answer.status_code == 200, answer.get_json()
    for content in (b"", b"PK", b"hanya teks", b"%PDF-1.7"):
        assert owner.post(path, data=content, content_type=kind).status_code == 415


def test_a_form_upload_goes_by_the_files_ending(
    owner: Machine, folder: Mapping[str, bytes]
) -> None:
    for name, content in (("ksdd.bpmn", folder["ksdd.bpmn"]), ("ksdd.ZIP", zipped(folder))):
        data = {"file": a_file(content, name)}
        answer = owner.post_form(f"{VERSIONS}?check=only", data)
        assert answer.status_code == 200, answer.get_json()
    data = {"file": a_file(b"x", "ksdd.exe")}
    assert owner.post_form(f"{VERSIONS}?check=only", data).status_code == 415


def test_a_diagram_that_would_not_run_is_refused_with_its_findings(owner: Machine) -> None:
    bad = b"<?xml version='1.0'?><halo/>"
    answer = owner.post(VERSIONS, data=bad, content_type=XML)
    assert answer.status_code == 422
    assert answer.get_json()["findings"]
    checked = owner.post(f"{VERSIONS}?check=only", data=bad, content_type=XML)
    assert checked.get_json()["findings"] == answer.get_json()["findings"]
    assert owner.get(VERSIONS).get_json()["total"] == 1


def test_publishing_names_the_roles_that_nobody_holds(
    owner: Machine, office: Office, folder: Mapping[str, bytes]
) -> None:
    with office.database.write() as session:
        for official in session.scalars(select(Official).where(Official.role == "sekda")):
            official.active = official.region_code != "32.01"
        for official in session.scalars(select(Official).where(Official.role == "ketua_tkksd")):
            official.active = False
    answer = owner.post(VERSIONS, data=folder["ksdd.bpmn"], content_type=XML)
    assert answer.status_code == 201, answer.get_json()
    said = answer.get_json()["warnings"]
    assert [line for line in said if "daerah mana pun" in line and "Ketua TKKSD" in line]
    assert [line for line in said if "Bogor" in line and "Sekretaris Daerah" in line]
    assert not [line for line in said if "Sukabumi" in line and "Sekretaris Daerah" in line]


def test_a_version_without_the_legal_gate_of_the_one_before_is_refused(
    owner: Machine, folder: Mapping[str, bytes]
) -> None:
    without = folder["ksdd.bpmn"].replace(b'name="gerbang_hukum"', b'name="dasar"')
    answer = owner.post(VERSIONS, data=without, content_type=XML)
    assert answer.status_code == 422
    assert [f["code"] for f in answer.get_json()["findings"]] == ["gates.removed"]
    checked = owner.post(f"{VERSIONS}?check=only", data=without, content_type=XML)
    assert answer.get_json()["findings"][0] in checked.get_json()["findings"]
    assert owner.get(VERSIONS).get_json()["total"] == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"halo",
        b"\x00\xff\xfe",
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        b"<a>" * 10_000,
        "<a/>".encode("utf-16"),
    ],
)
def test_what_is_no_diagram_is_found_out(owner: Machine, content: bytes) -> None:
    answer = owner.post(f"{VERSIONS}?check=only", data=content, content_type=XML)
    assert answer.status_code == 200
    assert any(f["severity"] == "error" for f in answer.get_json()["findings"])


def test_no_hostile_diagram_makes_the_server_stumble(
    owner: Machine, folder: Mapping[str, bytes]
) -> None:
    # that each of them is refused the checks' own trial says; here are some of every kind
    some = [*REFUSED.items()][::4]
    statuses = {
        name: owner.post(VERSIONS, data=make(), content_type=XML).status_code for name, make in some
    }
    assert {name: said for name, said in statuses.items() if said not in (413, 422)} == {}
    bad_table = zipped({**folder, "kategori.dmn": REFUSED["a billion laughs"]()})
    assert owner.post(VERSIONS, data=bad_table, content_type=ZIP).status_code == 422
    assert owner.get(VERSIONS).get_json()["total"] == 1


def test_an_upload_over_two_megabytes_is_refused(owner: Machine) -> None:
    big = b"x" * (2 * 1024 * 1024 + 1)
    for content_type in (XML, ZIP):
        answer = owner.post(VERSIONS, data=big, content_type=content_type)
        assert answer.status_code == 413
    data = {"file": a_file(big, "ksdd.zip")}
    assert owner.post_form(VERSIONS, data).status_code == 413


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_another_media_type_is_refused(owner: Machine, content_type: str) -> None:
    assert owner.post(VERSIONS, data=b"{}", content_type=content_type).status_code == 415


def test_a_wrong_wish_in_the_query_is_named(owner: Machine) -> None:
    answer = owner.post(f"{VERSIONS}?check=true", data=b"", content_type=XML)
    assert list(answer.get_json()["errors"]) == ["check"]


def test_a_version_says_on_what_it_rests_and_what_it_changed(
    owner: Machine, system: Machine, folder: Mapping[str, bytes]
) -> None:
    renewed = folder["ksdd.bpmn"].replace(b'"30 hari kerja"', b'"20 hari kerja"', 1)
    wish = "note=Tenggat&basis=SK+Bupati+12/2026&effective_on=2027-01-04"
    answer = owner.post(f"{VERSIONS}?{wish}", data=renewed, content_type=XML)
    assert answer.status_code == 201, answer.get_json()
    version = answer.get_json()
    assert (version["basis"], version["effective_on"]) == ("SK Bupati 12/2026", "2027-01-04")
    assert (version["asked_by"], version["approved_by"]) == ("", "")
    assert owner.get(VERSIONS).get_json()["items"][0]["basis"] == "SK Bupati 12/2026"
    assert system.open_case()["version"] == 1

    told = system.get(f"{VERSIONS}/2/changes").get_json()
    [change] = told["items"]
    assert change["sentence"] == (
        "Tahap 2, Jawaban kesediaan kepala daerah: tenggat 30 → 20 hari kerja"
    )
    assert (change["stage"], change["weight"], change["area"]) == (2, "rule", "stage")
    assert (told["compared_with"], told["is_text_only"]) == (1, False)
    first = system.get(f"{VERSIONS}/1/changes").get_json()
    assert first == {"compared_with": None, "is_text_only": True, "items": []}
    assert system.get(f"{VERSIONS}/3/changes").status_code == 404


@pytest.mark.parametrize("day", ["2020-01-01", "besok", "2099-01-01"])
def test_a_day_that_no_version_can_begin_on_is_refused(
    owner: Machine, folder: Mapping[str, bytes], day: str
) -> None:
    answer = owner.post(
        f"{VERSIONS}?effective_on={day}", data=folder["ksdd.bpmn"], content_type=XML
    )
    assert answer.status_code == 422
    assert "effective_on" in answer.get_data(as_text=True)
    assert owner.get(VERSIONS).get_json()["total"] == 1
