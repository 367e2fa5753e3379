"""The house rules, checked: who may import whom, who may know what, and how large a room may be."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("processes", "worker", "webhooks")
#: what each room may not import
FORBIDDEN = {
    "processes": ("worker", "webhooks", "flask", "celery", "redis"),
    "worker": ("webhooks", "flask"),
    "webhooks": ("celery", "redis", "kombu"),
    "processes/engine": ("processes.store", "processes.actions", "processes.office", "sqlalchemy"),
    "processes/store": (
        "processes.engine",
        "processes.actions",
        "processes.office",
        "SpiffWorkflow",
    ),
    "processes/actions": ("SpiffWorkflow",),
}
MOST_LINES = 300
LOCKS = ("requirements.txt", "requirements-dev.txt", "uv.lock", "package-lock.json", ".npmrc")
#: files that are run, not imported
SCRIPTS = {"versions", "env.py", "wsgi.py"}
TOP_LEVEL = {
    "processes", "worker", "webhooks", "tests", "docker-compose.yml", "Dockerfile",
    "pyproject.toml",
    "README.md", "Makefile", "LICENSE", "NOTICE", "requirements.txt", "requirements-dev.txt",
    ".ci", ".editorconfig", ".gitignore", ".dockerignore",
}  # fmt: skip


def sources(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports when it is really run (not only for type checkers)."""
    for node in ast.walk(_without_type_checking(ast.parse(path.read_text("utf-8")))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _without_type_checking(tree: ast.Module) -> ast.Module:
    tree.body = [
        node
        for node in tree.body
        if not (
            isinstance(node, ast.If)
            and isinstance(node.test, ast.Name)
            and node.test.id == "TYPE_CHECKING"
        )
    ]
    return tree


@pytest.mark.parametrize("room", sorted(FORBIDDEN))
def test_imports_point_one_way(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(room)
        for name in imports(path)
        for forbidden in FORBIDDEN[room]
        if name == forbidden or name.startswith(forbidden + ".")
    ]
    assert wrong == []


def test_an_import_against_the_rules_would_be_found(tmp_path: Path) -> None:
    path = tmp_path / "room.py"
    path.write_text(
        "def late():\n    from processes.store import tables\n    import redis.client\n"
    )
    assert {"processes.store", "processes.store.tables", "redis.client"} <= set(imports(path))


@pytest.mark.parametrize("path", [p for room in PACKAGES for p in sources(room)], ids=str)
def test_no_file_outgrows_its_job(path: Path) -> None:
    if "migrations/versions" not in path.as_posix():
        assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES or path.name == "tables.py"


def entrusted_to_celery(source: str) -> list[str]:
    """What a source leaves to the broker: moments to come, and results that are waited for."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            found += [k.arg for k in node.keywords if k.arg in {"eta", "countdown"}]
            # a dictionary is asked for a key, only a result is asked for nothing
            waits = isinstance(node.func, ast.Attribute) and node.func.attr == "get"
            found += ["get"] if waits and not node.args else []
        if isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            found += [name] if name in {"AsyncResult", "ResultSet", "chord"} else []
    return found


@pytest.mark.parametrize("room", ["worker", "webhooks"])
def test_celery_carries_nothing_that_a_lost_broker_could_lose(room: str) -> None:
    wrong = {path: entrusted_to_celery(path.read_text("utf-8")) for path in sources(room)}
    assert {path: found for path, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("sweep.apply_async(countdown=5)", ["countdown"]),
        ("sweep.apply_async((), eta=moment)", ["eta"]),
        ("sweep.delay().get()", ["get"]),
        ("sweep.delay().get(timeout=5)", ["get"]),
        ("AsyncResult(name)", ["AsyncResult"]),
        ("facts.get('name')", []),
    ],
)
def test_what_a_lost_broker_could_lose_would_be_found(source: str, found: list[str]) -> None:
    assert entrusted_to_celery(source) == found


def test_the_pages_know_no_broker() -> None:
    redis = re.compile(r"redis(?!_url|_URL)|celery|kombu|valkey", re.IGNORECASE)
    for path in sources("webhooks"):
        if path.parent.name != "cli":
            code = ast.unparse(ast.parse(path.read_text("utf-8")))
            assert not redis.search(code), path


def test_nobody_below_the_edges_asks_the_clock() -> None:
    clock = re.compile(r"\bdatetime\.now\(|\bdate\.today\(|\butcnow\(")
    edges = {"processes/office.py"}
    asking = {
        path.relative_to(ROOT).as_posix()
        for path in sources("processes")
        if clock.search(path.read_text("utf-8"))
    }
    assert asking <= edges


def test_importing_everything_does_nothing(tmp_path: Path) -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for room in PACKAGES
        for path in sources(room)
        if not SCRIPTS & {path.name, path.parent.name}
    ]
    script = (
        "import importlib, os, sys, threading\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "assert os.listdir('.') == [], os.listdir('.')\n"
        "assert threading.active_count() == 1\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def tracked() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return [line for line in done.stdout.splitlines() if (ROOT / line).exists()]


def test_the_top_level_stays_as_it_is() -> None:
    assert {name.split("/")[0] for name in tracked()} <= TOP_LEVEL


def test_lock_files_name_no_host() -> None:
    for name in tracked():
        if Path(name).name in LOCKS:
            assert "://" not in (ROOT / name).read_text("utf-8"), name


def test_nothing_is_left_to_do_later() -> None:
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    for name in tracked():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".bpmn", ".dmn", ".txt", ".html", ".css"}:
            assert not marks.search(path.read_text("utf-8")), name


def test_every_sentence_exists_in_both_languages_with_the_same_values() -> None:
    folder = ROOT / "processes" / "sentences"
    names = {path.name for path in (folder / "id").glob("*.toml")}
    assert names == {path.name for path in (folder / "en").glob("*.toml")}
    value = re.compile(r"(?<!\{)\{(\w+)")
    for name in sorted(names):
        indonesian = tomllib.loads((folder / "id" / name).read_text("utf-8"))
        english = tomllib.loads((folder / "en" / name).read_text("utf-8"))
        assert indonesian.keys() == english.keys(), name
        for key, sentence in indonesian.items():
            assert set(value.findall(sentence)) == set(value.findall(english[key])), (name, key)


def test_the_owners_folder_holds_no_code() -> None:
    assert [path for path in (ROOT / "processes" / "ksdd").rglob("*") if path.suffix == ".py"] == []
