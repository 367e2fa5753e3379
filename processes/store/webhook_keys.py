"""Keys and signatures of Standard Webhooks: who sent this, whole, and not long ago.

A key is derived from the installation's secret and an endpoint's random salt, so that no table, no
copy of a database and no export holds one. Source of the format: the Standard Webhooks
specification, "Signature scheme" (symmetric, `v1`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from processes.store.tables import Webhook

PREFIX = "whsec_"
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
#: how far the clock of the other side may be from ours
TOLERANCE = timedelta(seconds=300)
#: signatures of one request that are looked at
MOST_SIGNATURES = 16
#: what the id of a message may be; anything else cannot be kept to know it again
MESSAGE_ID = re.compile(r"[!-~]{1,150}")
_SECONDS = re.compile(r"[0-9]{1,12}")


def make_salt() -> str:
    """A fresh salt, from which a fresh key follows."""
    return secrets.token_urlsafe(32)


def key_of(secret: bytes, salt: str) -> bytes:
    """The 32 bytes that sign: derived, never stored."""
    return hmac.new(secret, b"webhook:" + salt.encode(), hashlib.sha256).digest()


def shown(key: bytes) -> str:
    """A key as it is handed over: `whsec_` and base64."""
    return PREFIX + base64.b64encode(key).decode()


def keys_of(secret: bytes, endpoint: Webhook, now: datetime) -> list[bytes]:
    """The keys that count now, the newest first: two while one replaces the other."""
    salts = [endpoint.salt]
    if endpoint.previous_salt and endpoint.previous_until and now < endpoint.previous_until:
        salts.append(endpoint.previous_salt)
    return [key_of(secret, salt) for salt in salts]


def sign(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """The signature of a message: `v1,` and base64 of its HMAC-SHA256."""
    signed = message_id.encode() + b"." + timestamp.encode() + b"." + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers_for(
    keys: Sequence[bytes], message_id: str, body: bytes, now: datetime
) -> dict[str, str]:
    """The three headers of a message, with a signature by each key."""
    timestamp = str(int(now.timestamp()))
    signatures = [sign(key, message_id, timestamp, body) for key in keys]
    return {ID: message_id, TIMESTAMP: timestamp, SIGNATURE: " ".join(signatures)}


def is_signed(keys: Sequence[bytes], headers: Mapping[str, str], body: bytes) -> bool:
    """Whether one of the keys signed exactly this id, timestamp and body; in constant time."""
    message_id, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not MESSAGE_ID.fullmatch(message_id) or not _SECONDS.fullmatch(timestamp):
        return False
    given = headers.get(SIGNATURE, "").split(" ")[:MOST_SIGNATURES]
    good = False
    for key in keys:
        wanted = sign(key, message_id, timestamp, body).encode()
        for each in given:
            good |= hmac.compare_digest(each.encode("utf-8", "replace"), wanted)
    return good


def is_recent(headers: Mapping[str, str], now: datetime) -> bool:
    """Whether the message was signed within five minutes of now, before or after."""
    sent_at = datetime.fromtimestamp(int(headers[TIMESTAMP]), UTC)
    return abs(now.replace(microsecond=0) - sent_at) <= TOLERANCE
