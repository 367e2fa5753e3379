"""What the product makes carries a square; the page behind it tells the paper from a forgery."""

from __future__ import annotations

import hashlib
import re
import zipfile
from io import BytesIO
from pathlib import Path

from lxml import etree
from pypdf import PdfReader
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from processes import actions
from processes.actions import Actor
from processes.engine.drafting import open_word, stamp_word
from processes.engine.proofs import Proof
from processes.store import limits
from processes.store.tables import Document, History, MadePaper
from tests.journeys.answers import Journey
from tests.journeys.test_drafts import task_id, words
from tests.journeys.town import Town

BOGOR, SUKABUMI, CILACAP = "32.01", "32.02", "33.01"
SHIPPED = Path(__file__).parents[2] / "processes" / "ksdd" / "surat"
CODE = re.compile(r"/v/([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")
RECEIPT = re.compile(r"/v/([A-Za-z0-9_-]{54})(?![A-Za-z0-9_-])")


def fetch(journey: Journey, format: str, element: str = "tahap1_surat") -> bytes:
    path = f"/tasks/{task_id(journey, element, BOGOR)}/drafts/permohonan?format={format}"
    answer = journey.town.call("GET", path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return bytes(answer.data)


def page(town: Town, code: str, **form: object) -> TestResponse:
    if not form:
        return town.client.get(f"/v/{code}")
    return town.client.post(f"/v/{code}", data=form)


def letters_of(pdf: bytes) -> str:
    text = "".join(each.extract_text() for each in PdfReader(BytesIO(pdf)).pages)
    return "".join(text.split())


def test_a_draft_is_known_by_its_square_until_a_newer_one_is_made(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], title="Air <Bersih>").until("tahap1_surat")
    word, pdf = fetch(journey, "docx"), fetch(journey, "pdf")
    assert (fetch(journey, "docx"), fetch(journey, "pdf")) == (word, pdf), "the same bytes again"
    [code] = CODE.findall(words(word))
    assert f"/v/{code}" in letters_of(pdf)
    with zipfile.ZipFile(BytesIO(word)) as archive:
        assert archive.read("word/media/keaslian.png").startswith(b"\x89PNG")
    shown = page(both, code)
    assert shown.status_code == 200
    text = shown.get_data(as_text=True)
    for content in (word, pdf):
        sha256 = hashlib.sha256(content).hexdigest()
        assert sha256 in text
        assert "Cocok" in page(both, code, sha256=sha256.upper()).get_data(as_text=True)
    assert journey.case["number"] in text
    assert "masih yang terbaru" in text
    assert "Air" not in text, "the title of the case is not printed beside the square"
    before = counted(both)
    same = page(both, code, berkas=(BytesIO(pdf), "surat.pdf"))
    other = page(both, code, berkas=(BytesIO(pdf + b" "), "surat.pdf"))
    assert "Cocok" in same.get_data(as_text=True)
    assert "Tidak cocok" in other.get_data(as_text=True)
    assert counted(both) == before, "a file that was compared is not kept"
    both.wait(days=1)
    [newer] = CODE.findall(words(fetch(journey, "docx")))
    assert newer != code
    assert "sudah diganti" in page(both, code).get_data(as_text=True)
    assert "masih yang terbaru" in page(both, newer).get_data(as_text=True)
    journey.answer("tahap1_surat")
    assert "sudah selesai" in page(both, newer).get_data(as_text=True)


def counted(town: Town) -> list[int]:
    with town.office.database.read() as session:
        kinds = (Document, History, MadePaper)
        return [session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds]


def test_what_is_shown_stands_on_the_paper(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap1_surat")
    said = words(fetch(journey, "docx"))
    [code] = CODE.findall(said)
    text = page(town, code).get_data(as_text=True)
    for told in re.findall(r"<dd(?: lang=\"id\")?>([^<]+)</dd>", text)[1:]:
        assert " ".join(told.removeprefix("Senin, ").split()) in said, told


def test_a_letter_package_and_a_receipt_carry_a_square_too(town: Town) -> None:
    journey = Journey(town, [BOGOR, CILACAP]).until("tahap1_surat").answer("tahap1_surat")
    clerk = Actor(kind="account", name="petugas")
    first = actions.print_package(town.office, journey.id, CILACAP, actor=clerk, now=town.now)
    code = re.findall(r"/v/([A-Za-z0-9_-]{22})", letters_of(first.content))[0]
    text = page(town, code).get_data(as_text=True)
    assert hashlib.sha256(first.content).hexdigest() in text
    assert "masih yang terbaru" in text
    town.wait(minutes=1)
    actions.print_package(town.office, journey.id, CILACAP, actor=clerk, now=town.now)
    assert "sudah diganti" in page(town, code).get_data(as_text=True)
    link = town.links["jawab", journey.id, "tahap1_surat", BOGOR][-1]
    receipt = town.client.get(f"/t/{link}").get_data(as_text=True)
    code = RECEIPT.findall(receipt)[0]
    assert "<svg" in receipt
    text = page(town, code).get_data(as_text=True)
    [done] = [t for t in journey.case["tasks"] if t["element"] == "tahap1_surat"]
    assert "masih sama dengan catatan sistem" in text
    assert done["name"] in text
    changed = code[:30] + ("A" if code[30] != "A" else "B") + code[31:]
    assert page(town, changed).status_code == 404


def test_unknown_codes_are_answered_alike_and_make_guessing_slow(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap1_surat")
    [code] = CODE.findall(words(fetch(journey, "docx")))
    odd = ["x", "A" * 22, code[:-1], code.swapcase(), "%F0%9F%98%80", "A" * 54, "a=b"]
    answers = [page(town, each) for each in odd]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    for _ in range(limits.TRIES_PER_MINUTE):
        last = page(town, "B" * 22)
    assert last.status_code == 429
    assert page(town, code).status_code == 200, "a paper in hand is never refused"


def test_what_is_no_hash_is_told_so_and_kept(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap1_surat")
    [code] = CODE.findall(words(fetch(journey, "docx")))
    for typed in ("", "abc", "g" * 64, "a" * 65):
        answer = page(town, code, sha256=typed)
        assert answer.status_code == 422
        assert f'value="{typed}"' in answer.get_data(as_text=True)


def test_a_stamped_word_file_is_well_formed_whatever_it_was_before() -> None:
    proof = Proof(url="https://ksdd.example.go.id/v/" + "a" * 22, lines=("A & <B>", "“C”"))
    for path in sorted(SHIPPED.glob("*.docx")):
        parts = open_word(stamp_word(path.read_bytes(), proof))
        document = etree.fromstring(parts["word/document.xml"])
        ids = re.findall(rb'r:embed="(\w+)"', parts["word/document.xml"])
        assert all(b'Id="%s"' % each in parts["word/_rels/document.xml.rels"] for each in ids)
        assert b'Extension="png"' in parts["[Content_Types].xml"]
        assert document[0][-1].tag.endswith("sectPr")
