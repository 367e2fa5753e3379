"""A dead man's switch: as long as every sweep is at work and letters go out, somebody elsewhere
hears so every minute.

Whoever watches there (healthchecks.io, an own Uptime Kuma, a cron job) raises the alarm when it
goes quiet: that also tells of a machine that is off, which no page of ours could.
"""

from __future__ import annotations

import http.client
import logging
import urllib.error
import urllib.request
from datetime import datetime, timedelta

from processes.office import Office
from processes.store import sweeps
from processes.store.questions.stalled import stall
from processes.store.viewer import Viewer
from worker import watch

log = logging.getLogger(__name__)

#: how often it is told that all is well, and how long the other side may take
EVERY = timedelta(minutes=1)
TIMEOUT = 10.0
#: under this name the last one stands among the sweeps
NAME = "ping"


def ping(office: Office, now: datetime) -> bool:
    """Tell `KSDD_PING_URL` that all sweeps are at work, once a minute; whether it was told now.

    Nothing is said while a sweep is late, or while the mail server takes no letter. What the other
    side answers changes nothing here.
    """
    url = office.settings.ping_url
    if url is None:
        return False
    with office.database.read() as session:
        beats = sweeps.beats(session)
        if (last := beats.get(NAME)) is not None and abs(now - last.finished_at) < EVERY:
            return False
        stalled = stall(session, Viewer.system(), now)
    late = watch.late(beats, now)
    if late:
        log.warning("no ping: %s late", ", ".join(late))
        return False
    if stalled is not None:
        log.warning("no ping: the mail server takes no letter, %s wait", stalled.count)
        return False
    if not _call(url):
        return False
    with office.database.write() as session:
        sweeps.beat(session, NAME, now=now, done=1)
    return True


def _call(url: str) -> bool:
    """Whether the other side took it; the address is a secret and never logged."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            answer.read(1024)
    except urllib.error.HTTPError as error:
        error.close()
        log.warning("ping refused: HTTP %s", error.code)
        return False
    except (OSError, http.client.HTTPException, ValueError) as error:
        log.warning("ping not taken: %s", type(error).__name__)
        return False
    return True
