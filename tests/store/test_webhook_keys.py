"""A signature holds for exactly one id, one time and one body, under a key that counts now."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from processes.store import webhook_keys
from processes.store.tables import Webhook
from tests.worker.receiver import signature_of

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SECRET = b"s" * 32
BODY = b'{"type":"task.complete","data":{"task_id":"a1","answers":{"hasil":"lengkap"}}}'


def an_endpoint(**values: object) -> Webhook:
    return Webhook(salt="garam", **values)


def flipped(text: bytes, at: random.Random) -> bytes:
    """The same with one bit changed."""
    where = at.randrange(len(text))
    changed = bytearray(text)
    changed[where] ^= 1 << at.randrange(8)
    return bytes(changed)


def test_the_signature_is_that_of_the_specification() -> None:
    key = webhook_keys.key_of(SECRET, "garam")
    headers = webhook_keys.headers_for([key], "msg_1", BODY, NOW)
    secret = webhook_keys.shown(key)
    assert len(key) == 32
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1772416800",
        "webhook-signature": signature_of(secret, "msg_1", "1772416800", BODY),
    }


def test_none_of_ten_thousand_messages_with_one_changed_bit_is_taken() -> None:
    at = random.Random(20260302)
    keys = webhook_keys.keys_of(SECRET, an_endpoint(), NOW)
    whole = webhook_keys.headers_for(keys, "msg_1", BODY, NOW)
    assert webhook_keys.is_signed(keys, whole, BODY)
    accepted = 0
    for number in range(10_000):
        headers, body = dict(whole), BODY
        part = ("body", *whole)[number % 4]
        if part == "body":
            body = flipped(body, at)
        else:
            headers[part] = flipped(whole[part].encode(), at).decode("latin-1")
        accepted += webhook_keys.is_signed(keys, headers, body)
    assert accepted == 0


@pytest.mark.parametrize(
    ("off", "taken"), [(-301, False), (-300, True), (-299, True), (299, True), (301, False)]
)
def test_a_message_counts_for_five_minutes(off: int, taken: bool) -> None:
    sent = NOW + timedelta(seconds=off)
    headers = webhook_keys.headers_for([b"k" * 32], "msg_1", BODY, sent)
    assert webhook_keys.is_recent(headers, NOW + timedelta(microseconds=900_000)) is taken


def test_both_keys_count_while_one_replaces_the_other_and_only_then() -> None:
    old = webhook_keys.key_of(SECRET, "lama")
    until = NOW + timedelta(hours=24)
    endpoint = an_endpoint(previous_salt="lama", previous_until=until)
    by_old = webhook_keys.headers_for([old], "msg_1", BODY, NOW)
    assert len(webhook_keys.keys_of(SECRET, endpoint, NOW)) == 2
    assert webhook_keys.is_signed(webhook_keys.keys_of(SECRET, endpoint, NOW), by_old, BODY)
    assert not webhook_keys.is_signed(webhook_keys.keys_of(SECRET, endpoint, until), by_old, BODY)
    both = webhook_keys.headers_for(webhook_keys.keys_of(SECRET, endpoint, NOW), "m", BODY, NOW)
    assert both["webhook-signature"].count("v1,") == 2


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"webhook-id": "a", "webhook-timestamp": "1772416800", "webhook-signature": ""},
        {"webhook-id": "a", "webhook-timestamp": "9" * 40, "webhook-signature": "v1,x"},
        {"webhook-id": "a", "webhook-timestamp": "-1", "webhook-signature": "v1,x"},
        {"webhook-id": "a", "webhook-timestamp": "٤٥", "webhook-signature": "v1,x"},
        {"webhook-id": "a" * 151, "webhook-timestamp": "1", "webhook-signature": "v1,\ud800"},
    ],
)
def test_odd_headers_are_no_signature(headers: dict[str, str]) -> None:
    assert not webhook_keys.is_signed([b"k" * 32], headers, BODY)
