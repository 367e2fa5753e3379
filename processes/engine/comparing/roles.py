"""Differences between two lists of roles (`peran.toml`)."""

from __future__ import annotations

from collections.abc import Iterator

from processes.engine.comparing.changes import Area, Change, Phrase, Said, Sign, Weight, phrase
from processes.engine.comparing.texts import line_changes
from processes.engine.roles import Roles, RolesRefused, read_roles

NO_ROLES = Roles(titles={}, chosen=frozenset(), superiors={})


def roles_of(content: bytes | None) -> Roles | None:
    """The roles of a file, none without a file; None when it cannot be read."""
    try:
        return NO_ROLES if content is None else read_roles(content)
    except RolesRefused:
        return None


def role_changes(old: bytes | None, new: bytes | None) -> Iterator[Change]:
    """Roles that came, went, or are called, chosen or represented otherwise."""
    if old == new:
        return
    before, after = roles_of(old), roles_of(new)
    if before is None or after is None:
        yield _unread(old, new)
        return
    found = [change for role in _all(before, after) for change in _one(role, before, after)]
    yield from found
    if not found:
        yield _change(phrase("roles_file"), phrase("rewritten"), Weight.LAYOUT)


def _all(before: Roles, after: Roles) -> list[str]:
    return [*before.titles, *(role for role in after.titles if role not in before.titles)]


def _one(role: str, before: Roles, after: Roles) -> Iterator[Change]:
    if role not in after.titles:
        subject = phrase("about_role", name=before.titles[role])
        yield _change(subject, phrase("removed"), Weight.RULE, Sign.REMOVED)
        return
    subject = phrase("about_role", name=after.titles[role])
    if role not in before.titles:
        yield _change(subject, phrase("added"), Weight.RULE, Sign.ADDED)
        return
    old, new = before.titles[role], after.titles[role]
    if old != new:
        yield _change(subject, phrase("renamed", before=old, after=new), Weight.TEXT)
    if (role in before.chosen) != (role in after.chosen):
        key = "chosen_per_case" if role in after.chosen else "not_chosen_per_case"
        yield _change(subject, phrase(key), Weight.RULE)
    if before.superiors.get(role) != after.superiors.get(role):
        words = [_superior(role, each) for each in (before, after)]
        what = phrase("changed", fact=phrase("fact_atasan"), before=words[0], after=words[1])
        yield _change(subject, what, Weight.RULE)


def _superior(role: str, roles: Roles) -> Said:
    found = roles.superiors.get(role)
    return phrase("word_none") if found is None else roles.titles.get(found, found)


def _unread(old: bytes | None, new: bytes | None) -> Change:
    texts = [(content or b"").decode("utf-8", "replace") for content in (old, new)]
    return Change(
        area=Area.ROLES,
        sign=Sign.CHANGED,
        weight=Weight.RULE,
        subject=phrase("roles_file"),
        what=phrase("unreadable"),
        lines=line_changes(*texts),
    )


def _change(subject: Said, what: Phrase, weight: Weight, sign: Sign = Sign.CHANGED) -> Change:
    return Change(area=Area.ROLES, sign=sign, weight=weight, subject=subject, what=what)
