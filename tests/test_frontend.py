"""The browser's sources agree with the engine, name no host, and speak both languages."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from processes.engine.checks.forms import KINDS, PROPERTIES, TYPES
from processes.engine.checks.structure import UNSUPPORTED
from processes.engine.checks.tasks import ASSURANCES, ON_TASK, READ
from processes.engine.shapes import ENTRIES
from processes.engine.texts import FACTS

ROOT = Path(__file__).parent.parent
FRONTEND = ROOT / "webhooks" / "frontend"
SOURCES = sorted((FRONTEND / "src").rglob("*.js"))
PANEL = json.loads((FRONTEND / "src/ksdd/properties.json").read_text("utf-8"))
WORDS = json.loads((FRONTEND / "src/language/words.json").read_text("utf-8"))
TEMPLATES = json.loads((ROOT / "processes/templat_camunda/ksdd.json").read_text("utf-8"))
MOST_LINES = 300


def names(part: str) -> set[str]:
    return {each["name"] for each in PANEL[part]}


def test_the_panel_offers_every_property_that_is_read_and_no_other() -> None:
    assert names("task") == ON_TASK
    assert names("process") | ON_TASK == READ["process"]
    assert set(PANEL["process_defaults"]) <= ON_TASK
    assert names("end") == READ["endEvent"]
    assert names("event") == READ["boundaryEvent"] == READ["intermediateCatchEvent"]
    assert names("field") == PROPERTIES
    assert {kind: set(offered) for kind, offered in PANEL["kinds"].items()} == {
        kind: set(known) for kind, known in KINDS.items()
    }
    assert set(PANEL["kinds"]) == set(TYPES)


def test_the_panel_offers_the_choices_that_are_read() -> None:
    offered = {each["name"]: each.get("choices") for each in PANEL["task"]}
    assert tuple(offered["jaminan"]) == ASSURANCES
    assert tuple(offered["jalur"]) == ENTRIES


def test_templates_for_camunda_modeler_write_only_what_is_read() -> None:
    for template in TEMPLATES:
        written = {
            each["binding"]["name"]
            for each in template["properties"]
            if each["binding"]["type"] == "camunda:property"
        }
        for shape in template["appliesTo"]:
            kind = shape.removeprefix("bpmn:")
            read = READ.get(kind[0].lower() + kind[1:], frozenset())
            assert written <= read, (template["id"], written - read)
        assert len({each["id"] for each in TEMPLATES}) == len(TEMPLATES)
    assert {"ksdd.tugas", "ksdd.akhir", "ksdd.proses"} <= {each["id"] for each in TEMPLATES}
    [task] = [each for each in TEMPLATES if each["id"] == "ksdd.tugas"]
    bound = {each["binding"]["name"] for each in task["properties"]}
    assert bound == ON_TASK | {"camunda:candidateGroups", "camunda:dueDate"}


def test_templates_for_camunda_modeler_leave_forms_and_everything_else_in_its_panel() -> None:
    assert all(template["entriesVisible"] is True for template in TEMPLATES)


def test_menus_offer_nothing_that_the_engine_does_not_run() -> None:
    text = (FRONTEND / "src/ksdd/trimming.js").read_text("utf-8")
    offered = set(re.findall(r'"([a-z-]+)"', text))
    refused = {re.sub(r"(?<=[a-z])([A-Z])", r"-\1", kind).lower() for kind in UNSUPPORTED}
    assert not offered & (refused - {"task"})
    assert "task" not in offered


def test_pinned_packages_name_no_host_and_have_hashes() -> None:
    lock = (FRONTEND / "package-lock.json").read_text("utf-8")
    pin = (FRONTEND / "node.txt").read_text("utf-8")
    assert not re.findall(r"https?://", lock + pin + (FRONTEND / ".npmrc").read_text("utf-8"))
    packages = json.loads(lock)["packages"]
    assert all(each.get("integrity") for path, each in packages.items() if path)
    wanted = json.loads((FRONTEND / "package.json").read_text("utf-8"))
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert packages[f"node_modules/{name}"]["version"] == version


def test_the_notice_names_every_package_of_the_bundle() -> None:
    notice = (ROOT / "NOTICE").read_text("utf-8")
    lock = json.loads((FRONTEND / "package-lock.json").read_text("utf-8"))
    for path in filter(None, lock["packages"]):
        name = path.rpartition("node_modules/")[2]
        if not name.startswith("@esbuild/"):
            assert re.search(rf"(?<![\w/-]){re.escape(name)}(?![\w/-])", notice), name
    assert "must stay fully visible" in notice


def test_every_word_that_a_script_says_is_there_in_both_languages() -> None:
    said = set()
    for path in SOURCES:
        said |= set(re.findall(r'\bsay\("(\w+)"', path.read_text("utf-8")))
    assert said - WORDS.keys() == set()
    pairs = list(WORDS.values()) + [each["label"] for part in PANEL.values()
                                    for each in part if isinstance(each, dict)]  # fmt: skip
    for pair in pairs:
        assert len(pair) == 2
        assert all(pair)
    for ours, theirs in WORDS.values():
        assert set(re.findall(r"\{\w+\}", ours)) == set(re.findall(r"\{\w+\}", theirs))


def test_nothing_is_hidden_over_the_mark_of_bpmn_io() -> None:
    styles = "".join(path.read_text("utf-8") for path in (FRONTEND / "src").rglob("*.css"))
    assert "bjs-powered-by" not in styles
    assert "dmn-js-powered-by" not in styles


def test_sources_are_small_and_nothing_built_is_kept_with_them() -> None:
    for path in SOURCES:
        assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES, path
    kept = subprocess.run(
        ["git", "ls-files", "webhooks/frontend"], cwd=ROOT, capture_output=True, text=True
    ).stdout
    assert "node_modules" not in kept


def test_mails_offer_only_facts_that_a_text_may_name_and_every_text_has_a_title() -> None:
    script = (FRONTEND / "src/page/messages.js").read_text("utf-8")
    offered = set(re.findall(r'"([a-z_.]+)"', script.partition("];")[0].partition("FACTS = [")[2]))
    known = {f"{name}.{part}" for name, parts in FACTS.items() for part in parts}
    assert len(offered) > 10
    assert offered <= known | FACTS.keys()
    titles = json.loads((FRONTEND / "src/page/titles.json").read_text("utf-8"))
    texts = {f"pesan/{each.name}" for each in (ROOT / "processes/ksdd/pesan").iterdir()}
    assert texts == {path for path in titles if path.startswith("pesan/")}
    assert all(len(pair) == 2 and all(pair) for pair in titles.values())
