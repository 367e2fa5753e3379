"""The page *Prosedur*: versions for everybody, drafts for those who may publish."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from processes.actions.procedures import read_folder
from processes.office import Office
from processes.store import folder_drafts
from processes.store.tables import AccountRole, FolderDraft
from tests.webhooks.conftest import SignIn
from tests.webhooks.forms import key_in

UJI = Path(__file__).parents[1] / "uji"


def post(browser: FlaskClient, path: str, **form: object) -> TestResponse:
    key = key_in(browser.get("/akun-saya").text)
    return browser.post(path, data={"_kunci": key, **form})


def drafts(office: Office) -> list[FolderDraft]:
    with office.database.read() as session:
        return folder_drafts.open_drafts(session)


def files_of(office: Office, draft_id: str) -> dict[str, bytes]:
    with office.database.read() as session:
        return folder_drafts.files_of(session, draft_id)


def zipped(files: dict[str, bytes], top: str = "") -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, content in files.items():
            archive.writestr(top + path, content)
    stream.seek(0)
    return stream


def test_everybody_sees_versions_and_only_publishers_see_drafts(
    signed_in: SignIn, office: Office
) -> None:
    owner = signed_in(role=AccountRole.OWNER)
    assert post(owner, "/prosedur", key="uji", title="Tenggat baru", version="1").status_code == 303

    for role in (AccountRole.CLERK, AccountRole.OBSERVER):
        page = signed_in(role=role, region="32.01").get("/prosedur").text
        assert "Versi 1" in page
        assert "untuk uji halaman" in page
        assert "Tenggat baru" not in page
        assert "Rancangan baru" not in page
    assert "Tenggat baru" in owner.get("/prosedur").text


@pytest.mark.parametrize("role", [AccountRole.CLERK, AccountRole.OBSERVER])
def test_whoever_may_not_publish_changes_nothing(
    signed_in: SignIn, office: Office, role: AccountRole
) -> None:
    post(signed_in(role=AccountRole.OWNER), "/prosedur", key="uji", title="Milik pemilik")
    [draft] = drafts(office)
    other = signed_in(role=role, region="32.01")

    assert post(other, "/prosedur", key="uji", title="Coba").status_code == 403
    assert post(other, f"/rancangan/{draft.id}/nama", title="Coba").status_code == 403
    assert post(other, f"/rancangan/{draft.id}/buang", sure="ya").status_code == 403
    for path in ("", "/folder.zip", "/berkas/uji.bpmn", "/isi"):
        answer = other.get(f"/rancangan/{draft.id}{path}", headers={"Accept": "application/json"})
        assert answer.status_code == 403, path
    assert [each.title for each in drafts(office)] == ["Milik pemilik"]


def test_a_version_comes_down_as_a_zip_and_goes_up_again_unchanged(
    signed_in: SignIn, office: Office
) -> None:
    owner = signed_in(role=AccountRole.OWNER)
    sent = owner.get("/prosedur/uji/versi/1/folder.zip")
    with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
        came = {name: archive.read(name) for name in archive.namelist()}

    answer = post(
        owner, "/prosedur", key="uji", title="Kembali", folder=(io.BytesIO(sent.data), "uji.zip")
    )

    assert came == read_folder(UJI)
    [draft] = drafts(office)
    assert answer.headers["Location"].endswith(f"/rancangan/{draft.id}")
    assert files_of(office, draft.id) == came


def test_a_foreign_diagram_begins_a_new_procedure_with_names(
    signed_in: SignIn, office: Office
) -> None:
    diagram = read_folder(UJI)["uji.bpmn"].replace(b'"mulai"', b'"StartEvent_0abc123"')
    owner = signed_in(role=AccountRole.OWNER)

    answer = post(
        owner,
        "/prosedur",
        key="pinjam_pakai",
        title="Baru",
        folder=(io.BytesIO(diagram), "Pinjam pakai.bpmn"),
    )

    assert answer.status_code == 303
    [draft] = drafts(office)
    [content] = files_of(office, draft.id).values()
    assert b"StartEvent_0abc123" not in content
    assert "pinjam_pakai" in owner.get("/prosedur").text


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"key": "uji", "title": ""}, 422, "Beri nama pada rancangan"),
        ({"key": "UJI!", "title": "x", "folder": (b"<a/>", "a.bpmn")}, 422, "huruf kecil"),
        ({"key": "tidak_ada", "title": "x"}, 404, "tidak_ada"),
        ({"key": "uji", "title": "x", "version": "99"}, 404, ""),
        ({"key": "uji", "title": "x", "folder": (b"x", "surat.docx")}, 415, ".zip atau .bpmn"),
        ({"key": "uji", "title": "x", "folder": (b"PK\x03\x04x", "a.zip")}, 422, "zip"),
    ],
)
def test_a_draft_that_cannot_begin_says_why_and_keeps_what_was_typed(
    signed_in: SignIn, office: Office, form: dict[str, object], status: int, words: str
) -> None:
    given = {
        name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
        for name, value in form.items()
    }

    answer = post(signed_in(role=AccountRole.OWNER), "/prosedur", upload="1", **given)

    assert answer.status_code == status
    assert words in answer.text
    assert 'role="alert"' in answer.text
    assert f'value="{form["key"]}"' in answer.text
    assert drafts(office) == []


def test_a_folder_that_is_too_large_is_refused_with_the_limit(
    signed_in: SignIn, office: Office
) -> None:
    owner = signed_in(role=AccountRole.OWNER)
    fields = {"_kunci": key_in(owner.get("/akun-saya").text), "key": "uji", "title": "x"}
    part = '--x\r\nContent-Disposition: form-data; name="{}"'
    told = [f"{part.format(name)}\r\n\r\n{value}\r\n" for name, value in fields.items()]
    told += [part.format("folder") + '; filename="a.bpmn"\r\n\r\n', "x" * 2_100_000]
    body = "".join((*told, "\r\n--x--\r\n")).encode()

    answer = owner.post("/prosedur", data=body, content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 422
    assert "lebih dari 2 MB" in answer.text
    assert drafts(office) == []


def test_a_draft_is_renamed_and_thrown_away_only_when_that_is_sure(
    signed_in: SignIn, office: Office
) -> None:
    owner = signed_in(role=AccountRole.OWNER)
    post(owner, "/prosedur", key="uji", title="Lama")
    [draft] = drafts(office)

    assert post(owner, f"/rancangan/{draft.id}/nama", title="Baru").status_code == 303
    assert post(owner, f"/rancangan/{draft.id}/nama", title=" ").status_code == 422
    assert [each.title for each in drafts(office)] == ["Baru"]
    assert post(owner, f"/rancangan/{draft.id}/buang").status_code == 400
    assert len(drafts(office)) == 1
    assert post(owner, f"/rancangan/{draft.id}/buang", sure="ya").status_code == 303
    assert drafts(office) == []
    assert owner.get(f"/rancangan/{draft.id}").status_code == 404


def test_the_diagram_of_a_version_is_there_for_the_viewer(signed_in: SignIn) -> None:
    browser = signed_in(role=AccountRole.CLERK, region="32.01")

    answer = browser.get("/prosedur/uji/versi/1/diagram.bpmn")

    assert answer.data == (UJI / "uji.bpmn").read_bytes()
    assert browser.get("/prosedur/uji/versi/9/diagram.bpmn").status_code == 404
