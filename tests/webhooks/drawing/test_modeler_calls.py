"""What the drawing page asks and tells: content, saving, checks, presence, a draft of one's own."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from processes.office import Office
from processes.store import folder_drafts
from processes.store.tables import AccountRole, FolderDraft
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.drawing.made_bundle import fill_shelf
from tests.webhooks.forms import key_in

JSON = {"Accept": "application/json"}


class Page:
    """A drawing page without its drawing."""

    def __init__(self, browser: FlaskClient, draft_id: str) -> None:
        self.browser = browser
        self.base = f"/rancangan/{draft_id}"
        self.content: dict[str, Any] = browser.get(f"{self.base}/isi", headers=JSON).json or {}

    def send(self, call: str, key: str | None = None, **body: Any) -> TestResponse:
        headers = {**JSON, "X-Kunci": self.content["key"] if key is None else key}
        return self.browser.post(f"{self.base}/{call}", json=body, headers=headers)

    def save(self, files: dict[str, Any], revision: int, **more: Any) -> TestResponse:
        return self.send("simpan", files=files, revision=revision, **more)


@pytest.fixture
def draft_id(signed_in: SignIn, office: Office) -> str:
    owner = signed_in(role=AccountRole.OWNER)
    key = key_in(owner.get("/akun-saya").text)
    owner.post("/prosedur", data={"_kunci": key, "key": "uji", "title": "Tenggat"})
    with office.database.read() as session:
        [draft] = folder_drafts.open_drafts(session)
    return draft.id


@pytest.fixture
def page(signed_in: SignIn, draft_id: str) -> Page:
    return Page(signed_in(role=AccountRole.OWNER, region="32.01"), draft_id)


def find(office: Office, draft_id: str) -> tuple[FolderDraft, dict[str, bytes]]:
    with office.database.read() as session:
        draft = folder_drafts.find_draft(session, draft_id)
        return draft, folder_drafts.files_of(session, draft_id)


def test_the_page_begins_with_the_whole_folder(page: Page) -> None:
    assert page.content["revision"] == 1
    assert page.content["procedure"] == "uji"
    assert "bpmn:definitions" in page.content["files"]["uji.bpmn"]["text"]


def test_saving_needs_the_pages_key(page: Page, office: Office, draft_id: str) -> None:
    refused = page.send("simpan", key="x", files={"a.txt": {"text": "a"}}, revision=1)

    assert refused.status_code == 403
    assert "a.txt" not in find(office, draft_id)[1]


def test_text_and_word_files_are_saved_and_taken_out(
    page: Page, office: Office, draft_id: str
) -> None:
    word = base64.b64encode(b"PK\x03\x04 word").decode()
    saved = page.save({"pesan/a.txt": {"text": "Perihal\n"}, "surat/b.docx": {"base64": word}}, 1)
    assert saved.json == {"revision": 2, "names": {}, "files": {}}
    assert page.save({"pesan/a.txt": None}, 2).json == {"revision": 3, "names": {}, "files": {}}

    files = find(office, draft_id)[1]
    assert files["surat/b.docx"] == b"PK\x03\x04 word"
    assert "pesan/a.txt" not in files
    again = Page(page.browser, draft_id)
    assert again.content["files"]["surat/b.docx"] == {"size": 9}
    sent = page.browser.get(f"/rancangan/{draft_id}/berkas/surat/b.docx")
    assert sent.data == b"PK\x03\x04 word"
    assert 'filename="b.docx"' in sent.headers["Content-Disposition"]


def test_a_drawn_shape_gets_its_name_when_nobody_is_at_work_on_it(
    page: Page, office: Office, draft_id: str
) -> None:
    drawn = page.content["files"]["uji.bpmn"]["text"].replace(
        "</bpmn:process>",
        '<bpmn:userTask id="Activity_0abc123" name="Paraf Kabag"/></bpmn:process>',
        1,
    )

    first = page.save({"uji.bpmn": {"text": drawn}}, 1, hold=["Activity_0abc123"])
    assert first.json == {"revision": 2, "names": {}, "files": {}}
    then = page.save({}, 2).json or {}

    assert then["names"] == {"Activity_0abc123": "paraf_kabag"}
    assert then["revision"] == 3
    assert find(office, draft_id)[1]["uji.bpmn"].decode() == then["files"]["uji.bpmn"]["text"]
    assert "Activity_0abc123" not in then["files"]["uji.bpmn"]["text"]


def test_whoever_was_overtaken_is_told_by_whom_and_loses_nothing(
    page: Page, signed_in: SignIn, office: Office, draft_id: str
) -> None:
    other = Page(signed_in(role=AccountRole.ADMIN), draft_id)
    assert other.save({"a.txt": {"text": "milik admin"}}, 1).status_code == 200

    refused = page.save({"a.txt": {"text": "milik pemilik"}}, 1)

    assert refused.status_code == 409
    assert (refused.json or {})["type"] == "urn:ksdd:problem:overtaken"
    assert "admin None" in (refused.json or {})["detail"]
    assert find(office, draft_id)[1]["a.txt"] == b"milik admin"
    made = page.send("cabang", title="Tenggat (saya)", files={"a.txt": {"text": "milik pemilik"}})
    draft, files = find(office, (made.json or {})["id"])
    assert (draft.title, draft.key) == ("Tenggat (saya)", "uji")
    assert files["a.txt"] == b"milik pemilik"
    assert "uji.bpmn" in files


def test_a_draft_of_ones_own_holds_what_the_page_held_and_nothing_else(
    page: Page, signed_in: SignIn, office: Office, draft_id: str
) -> None:
    page.save({"a.txt": {"text": "semula"}, "b.txt": {"text": "semula"}}, 1)
    other = Page(signed_in(role=AccountRole.ADMIN), draft_id)
    other.save({"b.txt": {"text": "milik admin"}, "c.txt": {"text": "baru"}}, 2)

    made = page.send(
        "cabang",
        title="Milik saya",
        files={"a.txt": None, "b.txt": {"text": "milik pemilik"}},
        held=["b.txt", "uji.bpmn"],
    )

    _, files = find(office, (made.json or {})["id"])
    assert set(files) == {"b.txt", "uji.bpmn"}
    assert files["b.txt"] == b"milik pemilik"


def test_a_save_whose_answer_was_lost_may_be_sent_again(
    page: Page, signed_in: SignIn, office: Office, draft_id: str
) -> None:
    mine = {"a.txt": {"text": "milik pemilik"}}
    assert page.save(mine, 1).status_code == 200

    again = page.save(mine, 1)

    assert (again.status_code, (again.json or {})["revision"]) == (200, 2)
    assert page.save({"a.txt": {"text": "lain"}}, 1).status_code == 409
    # without a change nothing tells that the page knows what was saved since
    assert page.save({}, 1).status_code == 409
    other = Page(signed_in(role=AccountRole.ADMIN), draft_id)
    assert other.save(mine, 1).status_code == 409
    assert find(office, draft_id)[0].revision == 2


def test_a_save_that_gave_names_and_whose_answer_was_lost_is_answered_again(
    page: Page, signed_in: SignIn, office: Office, draft_id: str
) -> None:
    drawn = page.content["files"]["uji.bpmn"]["text"].replace(
        "</bpmn:process>",
        '<bpmn:userTask id="Activity_0abc123" name="Paraf Kabag"/></bpmn:process>',
        1,
    )
    mention = {"text": 'langkah = "Activity_0abc123"\n'}
    page.save({"skenario/a.toml": mention, "peran.toml": {"text": ""}}, 1)
    mine = {"uji.bpmn": {"text": drawn}}
    first = page.save(mine, 2)
    assert set((first.json or {})["files"]) == {"uji.bpmn", "skenario/a.toml"}

    assert page.save(mine, 2).json == first.json
    other = Page(signed_in(role=AccountRole.ADMIN), draft_id)
    assert other.save(mine, 2).status_code == 409
    changed = {"uji.bpmn": {"text": drawn.replace("Paraf Kabag", "Paraf Asisten")}}
    assert page.save(changed, 2).status_code == 409
    assert find(office, draft_id)[0].revision == (first.json or {})["revision"] == 4


def test_checks_follow_what_is_not_saved(page: Page, office: Office, draft_id: str) -> None:
    text = page.content["files"]["uji.bpmn"]["text"]
    assert not [
        each
        for each in (page.send("periksa", files={}).json or {})["findings"]
        if each["severity"] == "error"
    ]

    broken = text.replace("</bpmn:process>", '<bpmn:task id="sisa"/></bpmn:process>', 1)
    found = page.send("periksa", files={"uji.bpmn": {"text": broken}}).json or {}

    assert any(
        each["element"] == "sisa" and each["severity"] == "error" for each in found["findings"]
    )
    assert find(office, draft_id)[0].revision == 1


def test_roles_are_told_as_they_are_typed(page: Page) -> None:
    answer = page.send("periksa", files={"peran.toml": {"text": 'sekda = "Sekretaris Daerah"'}})
    assert (answer.json or {})["roles"] == {"sekda": "Sekretaris Daerah"}
    answer = page.send("periksa", files={"peran.toml": {"text": "sekda ="}})
    assert (answer.json or {})["roles"] == {}


def test_people_see_who_else_is_there_until_he_has_gone(
    page: Page, signed_in: SignIn, draft_id: str, clock: Clock
) -> None:
    other = Page(signed_in(role=AccountRole.ADMIN), draft_id)
    assert (page.send("hadir").json or {})["others"] == []

    other.send("hadir")
    assert (page.send("hadir").json or {})["others"] == ["admin None"]
    assert "admin None" in page.browser.get("/prosedur").text

    clock.moment = clock.moment.replace(minute=2)
    assert (page.send("hadir").json or {})["others"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"revision": "1", "files": {}}, 400),
        ({"revision": 1, "files": []}, 400),
        ({"revision": 1, "files": {"a.txt": "x"}}, 400),
        ({"revision": 1, "files": {"a.txt": {"text": "\ud800"}}}, 400),
        ({"revision": 1, "files": {"a.docx": {"base64": "%"}}}, 422),
        ({"revision": 1, "files": {"../a.txt": {"text": "x"}}}, 422),
        ({"revision": 1, "files": {"a.exe": {"text": "x"}}}, 422),
        ({"revision": 1, "files": {"uji.bpmn": None}}, 422),
        ({"revision": 1, "files": {}, "hold": "x"}, 400),
    ],
)
def test_a_body_that_makes_no_sense_changes_nothing(
    page: Page, office: Office, draft_id: str, body: dict[str, Any], status: int
) -> None:
    answer = page.send("simpan", **body)

    assert answer.status_code == status
    assert (answer.json or {})["detail"]
    assert find(office, draft_id)[0].revision == 1


def test_a_call_without_a_session_is_refused_as_json(page: Page, browser: FlaskClient) -> None:
    answer = browser.get(f"{page.base}/isi", headers=JSON)

    assert answer.status_code == 403
    assert answer.is_json


def test_the_page_may_run_our_scripts_and_nothing_else(
    page: Page, office: Office, draft_id: str
) -> None:
    shelf = fill_shelf(office.settings.data)

    answer = page.browser.get(f"/rancangan/{draft_id}")

    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert policy.count("unsafe-inline") == 1
    assert "style-src-attr 'unsafe-inline'" in policy
    with page.browser.get(f"/penyunting/{shelf.key}/modeler.js") as script:
        assert script.status_code == 200
        assert "immutable" in script.headers["Cache-Control"]
    for wrong in (f"{shelf.key}/isi.json", f"{shelf.key}/..%2fisi.json", "0000/modeler.js"):
        assert page.browser.get(f"/penyunting/{wrong}").status_code == 404
