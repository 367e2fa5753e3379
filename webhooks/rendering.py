"""What every template may use: the reader's language, dates, short hashes, and where things lie."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, request

from webhooks import dates
from webhooks.about import about
from webhooks.language import (
    account_text,
    act_text,
    board_text,
    draw_text,
    keep_text,
    language,
    play_text,
    publish_text,
    repair_text,
    report_text,
    text,
    version_text,
)
from webhooks.nonces import FIELD
from webhooks.person_file import told
from webhooks.visitors import hidden_key, visitor_key

STATIC = Path(__file__).parent / "static"
WIB = ZoneInfo("Asia/Jakarta")


def register(app: Flask) -> None:
    """Give the templates of `app` their words and filters."""
    app.context_processor(_context)
    app.jinja_env.globals["t"] = text
    app.jinja_env.globals["a"] = act_text
    app.jinja_env.globals["k"] = keep_text
    app.jinja_env.globals["acc"] = account_text
    app.jinja_env.globals["r"] = report_text
    app.jinja_env.globals["b"] = board_text
    app.jinja_env.globals["dr"] = draw_text
    app.jinja_env.globals["fix"] = repair_text
    app.jinja_env.globals["pub"] = publish_text
    app.jinja_env.globals["play"] = play_text
    app.jinja_env.globals["ver"] = version_text
    app.jinja_env.filters.update(
        day=lambda value: dates.day(value, language()),
        short_day=lambda value, zone=WIB: dates.short(value.astimezone(zone).date(), language()),
        moment=_moment,
        short_hash=short_hash,
        size=size,
        told=told,
        count=count,
        about=about,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _context() -> dict[str, Any]:
    return {
        "lang": language(),
        "other_lang": "en" if language() == "id" else "id",
        # plain paths: `url_for` has no adapter when the Host header was refused
        "root": request.script_root,
        "nonce_field": FIELD,
        "visitor_key": visitor_key,
        "hidden_key": hidden_key,
        "style_version": style_version(),
        "script_version": script_version("draft.js"),
        "fresh_version": script_version("segar.js"),
    }


def _moment(value: datetime, zone: ZoneInfo = WIB) -> str:
    return dates.moment(value, zone, language())


def short_hash(sha: str) -> str:
    """The first twelve characters of a hash, in groups of four, to be compared by eye."""
    return f"{sha[:4]} {sha[4:8]} {sha[8:12]}"


def size(count: int) -> str:
    """A file's size as people read it, for example "1,4 MB"."""
    if count < 1000:
        return f"{count} B"
    number, unit = (count / 1e3, "kB") if count < 1e6 else (count / 1e6, "MB")
    shown = f"{number:.1f}" if number < 10 else f"{number:.0f}"
    return f"{shown.replace('.', ',') if language() == 'id' else shown} {unit}"


def count(number: int) -> str:
    """A number with its thousands apart, for example "12.340"."""
    written = f"{number:,}"
    return written.replace(",", ".") if language() == "id" else written


@lru_cache(maxsize=1)
def style_version() -> str:
    """Changes with the style sheet, so that browsers may keep it for long."""
    return sha256((STATIC / "style.css").read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=8)
def script_version(name: str) -> str:
    """Changes with a script, as the version of the style sheet does."""
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def iso(value: Any) -> date | None:
    """The date written in ISO form, or None when it is none."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
