"""What the README tells is true: settings, commands and the picture."""

from __future__ import annotations

import re
from pathlib import Path

from processes.engine.picture import draw
from processes.settings import NAMES
from tests.browser.small_pictures import CUTS
from webhooks.cli import commands

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
OWNERS = ROOT / "processes" / "ksdd"


def test_every_setting_is_in_the_readme_and_none_else() -> None:
    told = set(re.findall(r"^\| `(KSDD_[A-Z_]+)` \|", README, re.MULTILINE))
    assert told == set(NAMES)


def test_every_command_is_in_the_readme() -> None:
    for name in commands.commands:
        assert f"`ksdd {name}" in README, name


def test_the_picture_in_the_readme_is_that_of_the_shipped_diagram() -> None:
    drawn = draw((OWNERS / "ksdd.bpmn").read_bytes())
    assert (OWNERS / "gambar.svg").read_text("utf-8") == drawn + "\n"


def test_every_file_and_link_the_readme_names_exists() -> None:
    owners = ROOT / "processes"
    for text, folder in ((README, ROOT), ((owners / "README.md").read_text(), owners)):
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (folder / target).exists(), target


def test_the_owners_page_names_every_property_the_checks_know() -> None:
    from processes.engine.checks.forms import KINDS, PROPERTIES
    from processes.engine.checks.tasks import ON_TASK

    told = (ROOT / "processes/README.md").read_text("utf-8")
    kinds = frozenset().union(*KINDS.values())
    for name in (*ON_TASK, *PROPERTIES, *kinds):
        assert f"`{name}`" in told, name


def test_the_owners_page_names_every_function_of_the_language() -> None:
    from processes.engine.surroundings import make_language

    told = (ROOT / "processes/README.md").read_text("utf-8")
    english = {"today", "now", "add_months", "add_days", "min_date", "max_date", "working_days"}
    english |= {"year", "months_between"}
    spare = {"all_true", "any_true", "all", "any"}
    for name in make_language().reserved - english - spare:
        assert name in told, name


def test_the_notice_names_every_pinned_package() -> None:
    pins = "".join((ROOT / f"requirements{kind}.txt").read_text() for kind in ("", "-dev"))
    pinned = set(re.findall(r"^([a-z0-9_.-]+)==", pins, re.MULTILINE))
    notice = (ROOT / "NOTICE").read_text("utf-8").lower()
    for name in pinned:
        assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", notice), name


def test_the_pictures_of_the_owners_page_are_small_and_all_shown() -> None:
    told = (ROOT / "processes/README.md").read_text("utf-8")
    pictures = sorted((ROOT / "processes/gambar").iterdir())
    assert {each.stem for each in pictures} == CUTS.keys()
    for each in pictures:
        assert each.stat().st_size < 60_000, each.name
        assert f"](gambar/{each.name})" in told, each.name
