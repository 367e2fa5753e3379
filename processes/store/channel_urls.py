"""Which Apprise URLs an official's channel may be: one receiver, at a service a server may talk to.

Apprise knows some two hundred services, among them ones that run programs, write files or speak to
the machine itself. Only the services named here are taken, and none that reads a local file. A URL
holds a password, so it is shown as its service only and stands in no log and no answer.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from processes.errors import KsddError

#: services at an address of their own
VENDORS = frozenset(
    {
        "bulksms",
        "clickatell",
        "d7sms",
        "httpsms",
        "infobip",
        "msgbird",
        "plivo",
        "sinch",
        "tgram",
        "twilio",
        "vonage",
        "whapi",
        "whatsapp",
        "zalo",
    }
)
#: services at an address that the URL names, spoken to over TLS
HOSTED = frozenset(
    {"evolutions", "forms", "gotifys", "jsons", "matrixs", "ntfys", "signals", "smseagles"}
)
#: the same without TLS, for trials
PLAIN = frozenset(name.removesuffix("s") for name in HOSTED)
#: parts of a query that choose how a message looks and nothing else
HARMLESS = frozenset({"format", "method", "mode", "auth", "priority"})
LONGEST = 500
_SCHEME = re.compile(r"([a-z][a-z0-9]{1,20})://", re.IGNORECASE)


class ChannelRefused(KsddError):
    """A URL cannot be an official's channel; the sentence never repeats it."""

    status = 422
    default_key = "people.channel_unreadable"


def check_channel_url(url: str, *, is_trial: bool) -> None:
    """Raise ChannelRefused unless the URL may be a channel; trials may use their own machine.

    Names are not looked up here: whoever sends does that, as they may point elsewhere by then.
    """
    scheme = scheme_of(url)
    if len(url) > LONGEST or any(sign.isspace() or not sign.isprintable() for sign in url):
        raise ChannelRefused
    if scheme not in VENDORS | HOSTED | (PLAIN if is_trial else frozenset()):
        offered = ", ".join(sorted(VENDORS | HOSTED))
        raise ChannelRefused("people.channel_service", service=scheme or "?", offered=offered)
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise ChannelRefused from None
    asked = {unquote(part.partition("=")[0]) for part in parts.query.split("&") if part}
    odd = {name for name in asked if name not in HARMLESS and name[:1] not in "+:-"}
    if odd or parts.fragment:
        raise ChannelRefused("people.channel_options", names=", ".join(sorted(odd)) or "#")
    if scheme in HOSTED and not is_trial and _is_inside(host):
        raise ChannelRefused("people.channel_inside")
    if receivers(url) != 1:
        raise ChannelRefused("people.channel_one")


def receivers(url: str) -> int:
    """How many receivers Apprise reads in a URL; 0 when it cannot read it."""
    # Apprise takes a quarter of a second to load; most processes never need it.
    import logging

    from apprise import Apprise

    # what it cannot read it writes to its log, secrets and all
    log = logging.getLogger("apprise")
    was, log.disabled = log.disabled, True
    try:
        made = Apprise.instantiate(url, suppress_exceptions=True)
        return 0 if made is None else len(made)
    finally:
        log.disabled = was


def scheme_of(url: str) -> str:
    """The service a URL names, for example `tgram`; empty when it names none."""
    found = _SCHEME.match(url)
    return found[1].lower() if found else ""


def masked(url: str | None) -> str:
    """What may be shown of a channel: its service; empty without one."""
    return f"{scheme_of(url)}://…" if url else ""


def leads_inside(url: str) -> bool:
    """Whether the host that a URL names is, or is found to be now, inside our own network."""
    if scheme_of(url) not in HOSTED | PLAIN:
        return False
    host = urlsplit(url).hostname or ""
    return _is_inside(host) or any(_is_inside(address) for address in _addresses(host))


def _addresses(host: str) -> Iterable[str]:
    try:
        return {str(found[4][0]).partition("%")[0] for found in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return ()


def _is_inside(host: str) -> bool:
    """This machine, a private network, or a name that only such a network knows."""
    try:
        return not ip_address(host.partition("%")[0]).is_global
    except ValueError:
        name = host.rstrip(".").lower()
        inner = (".localhost", ".local", ".internal", ".lan", ".home", ".arpa")
        return "." not in name or name.endswith(inner)
