"""The way to an official's own channel: one Apprise URL, one receiver, no retry of its own."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from processes.sentences import say
from processes.settings import Settings
from processes.store.channel_urls import (
    ChannelRefused,
    check_channel_url,
    leads_inside,
    masked,
)
from worker.channels import Refused
from worker.letters import Letter, one_line

_STATUS = re.compile(r"\berror[ =:]+([1-5][0-9]{2})\b", re.IGNORECASE)


class ChatChannel:
    """The channel behind one URL; what goes wrong is told without the URL."""

    def __init__(self, url: str, settings: Settings) -> None:
        self._url = url
        self._is_trial = settings.is_development

    def send(self, letter: Letter) -> None:
        """Hand the letter's words over; raises Refused."""
        try:
            check_channel_url(self._url, is_trial=self._is_trial)
        except ChannelRefused as refused:
            raise Refused(refused.say(), final=True) from None
        if not self._is_trial and leads_inside(self._url):
            raise Refused(say("people.channel_inside"), final=True)
        with _listening() as heard:
            taken = _notify(self._url, one_line(letter.subject), letter.text)
        if not taken:
            status = next((found[1] for line in heard if (found := _STATUS.search(line))), "")
            told = say("worker.channel_refused", service=masked(self._url), status=status or "-")
            raise Refused(told)


def _notify(url: str, title: str, body: str) -> bool:
    # Apprise takes a quarter of a second to load; most installations have no such channel.
    from apprise import Apprise, AppriseAsset, NotifyFormat

    asset = AppriseAsset(app_id="KSDD", app_desc="KSDD", http_redirects=False, async_mode=False)
    apprise = Apprise(asset=asset)
    return apprise.add(url) and bool(
        apprise.notify(body=body, title=title, body_format=NotifyFormat.TEXT)
    )


@contextmanager
def _listening() -> Iterator[list[str]]:
    """What Apprise logs meanwhile. It goes nowhere else, as it may name the URL."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    log, ear = logging.getLogger("apprise"), Ear(logging.WARNING)
    passed_on, log.propagate = log.propagate, False
    log.addHandler(ear)
    try:
        yield heard
    finally:
        log.removeHandler(ear)
        log.propagate = passed_on
