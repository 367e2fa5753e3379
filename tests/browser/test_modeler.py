"""An owner changes the shipped procedure in the modeler, in a real Chromium, by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from processes.engine.procedure import Procedure
from processes.office import Office
from tests.browser.drawing_board import DrawingBoard, begin, picture, saved

TASK = "tahap1_permohonan"
#: what the panel does a moment after something was typed into it
RENAME = """([id, name]) => ksdd.drawing.get("modeling").updateProperties(
  ksdd.drawing.get("elementRegistry").get(id), { name })"""
expect.set_options(timeout=30_000)
Board = Callable[..., DrawingBoard]


@pytest.fixture
def board(office: Office, chromium: Browser) -> Iterator[Board]:
    """Opens the page of a draft for somebody; fails in the end when a browser complained."""
    opened: list[DrawingBoard] = []

    def enter(draft_id: str, name: str = "Rini Pemilik") -> DrawingBoard:
        opened.append(DrawingBoard(office, chromium, draft_id, name))
        return opened[-1]

    yield enter
    for each in opened:
        each.close()


def test_looking_at_a_draft_saves_nothing(office: Office, board: Board) -> None:
    draft_id = begin(office)
    before = saved(office, draft_id)
    page = board(draft_id)

    page.select(TASK)
    page.open_file("kategori.dmn")
    page.page.locator(".tjs-container").wait_for()
    page.open_file("ksdd.bpmn")
    page.settle()

    assert page.page.evaluate("ksdd.folder.isDirty()") is False
    assert page.page.evaluate("ksdd.workshop.saving.revision") == 1
    assert saved(office, draft_id) == before


def test_a_deadline_is_changed_and_nothing_else(office: Office, board: Board) -> None:
    draft_id = begin(office)
    came = saved(office, draft_id)
    before = Procedure("ksdd", came)
    page = board(draft_id)

    page.select(TASK)
    page.write("ksdd-tenggat", "7 hari kerja")
    page.settle()

    after = Procedure("ksdd", saved(office, draft_id))
    assert after.shapes[TASK].due == "7 hari kerja"
    assert {name for name in before.shapes if before.shapes[name] != after.shapes[name]} == {TASK}
    assert before.shapes.keys() == after.shapes.keys()
    assert before.endings == after.endings
    page.page.get_by_role("button", name="Urungkan").click()
    # what was undone is the text as it came, byte for byte
    page.until(lambda: saved(office, draft_id) == came)
    page.settle()


def test_a_mistake_appears_on_its_shape_and_goes_when_it_is_mended(
    office: Office, board: Board
) -> None:
    page = board(begin(office))
    page.select(TASK)

    page.write("ksdd-tenggat", "lima hari")
    badge = page.badge(TASK)
    badge.wait_for()
    assert "Kesalahan" in (badge.get_attribute("title") or "")
    row = page.page.locator(".temuan li.error").first
    expect(row).to_contain_text("ksdd.bpmn")
    picture(page.page, "modeler-finding")
    page.page.evaluate("ksdd.drawing.get('selection').select([])")
    row.get_by_role("button").click()
    expect(page.entry("ksdd-tenggat")).to_have_value("lima hari")

    page.write("ksdd-tenggat", "6 hari kerja")
    expect(badge).to_have_count(0)
    expect(page.page.locator(".temuan-jumlah")).to_have_text("Tidak ada temuan.")
    page.settle()


def test_a_mistake_in_another_file_names_the_file(office: Office, board: Board) -> None:
    draft_id = begin(office)
    page = board(draft_id)

    page.open_file("peran.toml")
    page.page.get_by_role("button", name="Sunting sebagai teks").click()
    area = page.page.get_by_role("textbox", name="Isi peran.toml")
    text = area.input_value()
    area.fill(text + "\nsekda2 =\n")
    expect(page.page.locator(".temuan li.error").first).to_contain_text("peran.toml")
    area.fill(text + 'kabid = "Kepala Bidang"\n')
    expect(page.page.locator(".temuan-jumlah")).to_have_text("Tidak ada temuan.")
    page.settle()

    assert b"Kepala Bidang" in saved(office, draft_id)["peran.toml"]
    page.open_file("ksdd.bpmn")
    page.select(TASK)
    page.entry("ksdd-peran").select_option("kabid")
    page.settle()
    assert Procedure("ksdd", saved(office, draft_id)).shapes[TASK].role == "kabid"


def test_a_field_and_a_property_are_added_with_the_panel(office: Office, board: Board) -> None:
    draft_id = begin(office)
    page = board(draft_id)
    page.select(TASK)

    group = page.page.locator('[data-group-id="group-ksdd-isian"]')
    group.get_by_role("button", name="Tambah butir").click()
    number = len(Procedure("ksdd", saved(office, draft_id)).shapes[TASK].form.fields)
    page.write(f"isian-{number}-label", "Nomor rekening kas daerah")
    page.write(f"isian-{number}-id", "rekening")
    page.page.locator(f'[data-entry-id="isian-{number}-required"] input').check()
    page.write(f"isian-{number}-maxlength", "30")
    page.write(f"isian-{number}-bantuan", "Sebagaimana tertulis pada bank")
    page.entry("ksdd-jaminan").select_option("masuk")
    page.settle()

    shape = Procedure("ksdd", saved(office, draft_id)).shapes[TASK]
    [field] = [each for each in shape.form.fields if each.id == "rekening"]
    assert (field.label, field.required) == ("Nomor rekening kas daerah", True)
    assert (field.max_length, field.bantuan) == (30, "Sebagaimana tertulis pada bank")
    assert shape.assurance == "masuk"


def test_a_new_task_gets_its_name_from_its_label(office: Office, board: Board) -> None:
    draft_id = begin(office)
    page = board(draft_id)
    page.select("tahap5_paraf_kabag")

    page.page.locator('.djs-context-pad [data-action="append.append-task"]').click()
    page.page.keyboard.type("Paraf Kabag Hukum")
    page.page.locator(".djs-palette").click(position={"x": 2, "y": 2})
    page.page.evaluate("ksdd.drawing.get('selection').select([])")

    page.page.locator('[data-element-id="paraf_kabag_hukum"]').first.wait_for(state="attached")
    page.settle()
    content = saved(office, draft_id)["ksdd.bpmn"]
    assert b'<bpmn:userTask id="paraf_kabag_hukum" name="Paraf Kabag Hukum"' in content
    assert b"Activity_" not in content


def test_a_save_that_gives_names_and_loses_its_answer_overtakes_nobody(
    office: Office, board: Board
) -> None:
    draft_id = begin(office)
    page = board(draft_id)
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        answer = route.fetch()
        if "paraf_kabag_hukum" in answer.text() and not lost:
            lost.append(draft_id)
            route.abort()
        else:
            route.fulfill(response=answer)

    page.page.route("**/simpan", lose_the_first)
    page.select("tahap5_paraf_kabag")
    page.page.locator('.djs-context-pad [data-action="append.append-task"]').click()
    page.page.keyboard.type("Paraf Kabag Hukum")
    page.page.locator(".djs-palette").click(position={"x": 2, "y": 2})
    page.page.evaluate("ksdd.drawing.get('selection').select([])")
    page.settle("offline")
    page.page.evaluate(RENAME, [TASK, "Menyusun surat"])
    page.open_file("skenario/jalan_lurus.toml")
    area = page.page.locator(".teks textarea")
    area.fill(area.input_value() + "# diubah selagi terputus\n")

    page.settle()
    files = saved(office, draft_id)
    assert lost
    assert b'<bpmn:userTask id="paraf_kabag_hukum" name="Paraf Kabag Hukum"' in files["ksdd.bpmn"]
    assert b'name="Menyusun surat"' in files["ksdd.bpmn"]
    assert b"Activity_" not in files["ksdd.bpmn"]
    assert files["skenario/jalan_lurus.toml"].endswith(b"# diubah selagi terputus\n")


def test_a_search_stays_open_while_the_drawing_changes_behind_it(
    office: Office, board: Board
) -> None:
    page = board(begin(office))
    words = page.page.locator(".djs-search-input input")
    page.page.get_by_role("button", name="Cari bentuk").click()
    words.press_sequentially("Telaah TKKSD")

    page.page.evaluate(RENAME, [TASK, "Menyusun surat"])
    page.settle()

    expect(words).to_have_value("Telaah TKKSD")
    expect(words).to_be_focused()
    page.page.keyboard.press("Enter")
    expect(page.entry("ksdd-tenggat")).to_have_value("5 hari kerja")


def test_what_is_put_into_a_flow_lies_on_nothing_else(office: Office, board: Board) -> None:
    page = board(begin(office))
    page.page.evaluate(
        """() => {
          const found = ksdd.drawing.get("elementRegistry").find(each => each.waypoints
            && each.source.id === "tahap1_surat" && each.target.id === "tahap2_pihak");
          ksdd.drawing.get("selection").select(found);
        }"""
    )
    page.page.locator('.djs-context-pad [data-action="ksdd-insert-task"]').click()
    page.page.keyboard.type("Rapat persiapan")
    page.page.locator(".djs-palette").click(position={"x": 2, "y": 2})

    under = page.page.evaluate(
        """() => {
          const all = ksdd.drawing.get("elementRegistry");
          const drawn = all.find(each => each.businessObject?.name === "Rapat persiapan");
          return all.filter(each => each !== drawn && each.parent && !each.waypoints
            && !each.labelTarget && !/Lane|Participant/.test(each.type)
            && drawn.x < each.x + each.width && each.x < drawn.x + drawn.width
            && drawn.y < each.y + each.height && each.y < drawn.y + drawn.height)
            .map(each => each.id);
        }"""
    )
    assert under == []


def test_two_people_at_once_overwrite_nobody(office: Office, board: Board) -> None:
    draft_id = begin(office)
    rini, budi = board(draft_id, "Rini Pemilik"), board(draft_id, "Budi Pemilik")
    expect(budi.page.locator(".lain")).to_contain_text("Rini Pemilik")

    rini.select(TASK)
    rini.write("ksdd-tenggat", "8 hari kerja")
    rini.settle()
    budi.select(TASK)
    budi.write("ksdd-tenggat", "9 hari kerja")
    budi.settle("overtaken")

    notice = budi.page.locator(".catatan.bad")
    expect(notice).to_contain_text("Rini Pemilik")
    picture(budi.page, "modeler-overtaken")
    budi.page.get_by_role("button", name="Simpan milik saya sebagai rancangan baru").click()
    budi.page.wait_for_url(lambda url: draft_id not in url)
    budi.page.locator("#rancangan[data-siap]").wait_for()
    other = budi.page.url.rpartition("/")[2]
    assert Procedure("ksdd", saved(office, draft_id)).shapes[TASK].due == "8 hari kerja"
    assert Procedure("ksdd", saved(office, other)).shapes[TASK].due == "9 hari kerja"


def test_a_lost_network_loses_nothing(office: Office, board: Board) -> None:
    draft_id = begin(office)
    page = board(draft_id)
    page.select(TASK)

    page.context.set_offline(True)
    page.write("ksdd-tenggat", "11 hari kerja")
    page.settle("offline")
    assert Procedure("ksdd", saved(office, draft_id)).shapes[TASK].due == "5 hari kerja"
    page.context.set_offline(False)
    page.settle()
    assert Procedure("ksdd", saved(office, draft_id)).shapes[TASK].due == "11 hari kerja"


def test_what_a_closed_window_left_behind_is_offered_again(office: Office, board: Board) -> None:
    draft_id = begin(office)
    page = board(draft_id)
    page.select(TASK)
    page.context.set_offline(True)
    page.write("ksdd-tenggat", "12 hari kerja")
    page.settle("offline")
    page.page.close(run_before_unload=False)
    page.context.set_offline(False)

    page.page = page.context.new_page()
    page.open()
    page.page.get_by_role("button", name="Pulihkan").click()

    page.until(lambda: b"12 hari kerja" in saved(office, draft_id)["ksdd.bpmn"])
    page.settle()
    assert Procedure("ksdd", saved(office, draft_id)).shapes[TASK].due == "12 hari kerja"


def test_what_a_closed_window_left_behind_overwrites_nobody(office: Office, board: Board) -> None:
    draft_id = begin(office)
    rini, budi = board(draft_id, "Rini Pemilik"), board(draft_id, "Budi Pemilik")
    rini.select(TASK)
    rini.context.set_offline(True)
    rini.write("ksdd-tenggat", "12 hari kerja")
    rini.settle("offline")
    rini.page.close(run_before_unload=False)
    budi.select("tahap1_telaah")
    budi.write("ksdd-tenggat", "13 hari kerja")
    budi.settle()
    rini.context.set_offline(False)

    rini.page = rini.context.new_page()
    rini.open()
    expect(rini.page.locator(".catatan")).to_contain_text("Sejak itu Budi Pemilik mengubah")
    expect(rini.page.get_by_role("button", name="Pulihkan")).to_have_count(0)
    rini.page.get_by_role("button", name="Simpan milik saya sebagai rancangan baru").click()
    rini.page.wait_for_url(lambda url: draft_id not in url)
    rini.page.locator("#rancangan[data-siap]").wait_for()

    other = Procedure("ksdd", saved(office, rini.page.url.rpartition("/")[2]))
    assert other.shapes[TASK].due == "12 hari kerja"
    assert Procedure("ksdd", saved(office, draft_id)).shapes["tahap1_telaah"].due == "13 hari kerja"
