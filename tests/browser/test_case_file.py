"""The case file in a real browser, from a folder, without a network and without JavaScript."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser
from sqlalchemy import select

from processes import actions
from processes.actions import Actor
from processes.office import Office
from processes.store.tables import Task
from processes.store.viewer import Viewer
from tests.journeys.answers import smooth
from tests.journeys.town import PDF
from webhooks import case_file
from webhooks.app import create_app

WHO = Actor(kind="token", name="sistem persuratan")
PARTIES = ["32.01", "32.02"]
TITLE = 'Air bersih <b>"lintas"</b> & batas'


def unpacked(office: Office, folder: Path, now: datetime) -> Path:
    """The file of a case whose first task is answered."""
    case_id = actions.open_case(
        office,
        procedure="ksdd",
        region=PARTIES[0],
        parties=PARTIES[1:],
        title=TITLE,
        actor=WHO,
        now=now,
    )
    kak = actions.add_document(
        office, io.BytesIO(PDF), "kak & rab #1.pdf", actor=WHO, region=PARTIES[0], now=now
    )
    plan = smooth(now.date().isoformat(), parties=PARTIES)["tahap1_permohonan"]
    with office.database.read() as session:
        task_id = session.scalars(select(Task.id).where(Task.case_id == case_id)).one()
    answers = {**plan, "judul": TITLE, "kak": {"document": kak.id}}
    actions.complete_task(office, task_id, answers, actor=WHO, now=now)
    with create_app(office).app_context():
        made = case_file.export(case_id, viewer=Viewer.system(), actor=WHO, now=now)
        content = b"".join(made.chunks)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return folder


def test_a_lawyer_reads_it_in_any_browser_without_a_network(
    office: Office, chromium: Browser, tmp_path: Path
) -> None:
    folder = unpacked(office, tmp_path / "berkas", datetime.now(UTC))
    context = chromium.new_context(java_script_enabled=False, offline=True)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    view = context.new_page()
    view.goto((folder / "index.html").as_uri())
    assert view.title().endswith("/0001 · Berkas perkara")
    assert view.locator("h1").inner_text() == TITLE
    words = view.locator("body").inner_text()
    for wanted in ("Kabupaten Bogor", "Menyusun permohonan dan KAK", "Riwayat", "Nomor perkara"):
        assert wanted in words
    links = view.locator("a").all()
    assert len(links) == 5
    for link in links:
        target = link.evaluate("a => decodeURIComponent(a.getAttribute('href'))")
        assert (folder / str(target)).is_file(), target
    assert all(url.startswith("file://") for url in asked)
    view.set_viewport_size({"width": 360, "height": 740})
    assert len(view.screenshot()) > 10_000
    assert view.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
