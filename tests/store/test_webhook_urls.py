"""Events go to the internet, to what an administrator opened, and nowhere else."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from processes.store.webhook_urls import Doors, UrlRefused, addresses_of, check_url

CLOSED = Doors()
INSIDE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1", "2001:0:0:0:0:0:80ff:fffe",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_closed(address: str) -> None:
    assert not CLOSED.is_open(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "103.10.10.10", "2606:4700::1111"])
def test_an_address_on_the_internet_is_open(address: str) -> None:
    assert CLOSED.is_open(address)


def test_an_administrator_opens_single_networks() -> None:
    doors = Doors(networks=("10.20.0.0/16",))
    assert doors.is_open("10.20.3.4")
    assert doors.is_open("::ffff:10.20.3.4")
    assert not doors.is_open("10.21.0.1")
    assert not doors.is_open("127.0.0.1")


@pytest.mark.parametrize(
    "url",
    [
        "http://sistem.example.go.id/",
        "ftp://sistem.example.go.id/",
        "file:///etc/passwd",
        "gopher://sistem.example.go.id/",
        "https://",
        "https:///x",
        "https://user:sandi@sistem.example.go.id/",
        "https://sistem.example.go.id:0/",
        "https://sistem.example.go.id:99999/",
        "https://sistem.example.go.id/#x",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://10.0.0.1:8443/x",
        "https://sistem.example.go.id\\@127.0.0.1/",
        "https://sistem.example.go.id/ x",
        "https://sistem.example.go.id/\r\nHost: x",
        "https://[::1",
        "https://" + "a" * 500,
        "",
    ],
)
def test_an_address_that_can_never_be_called_is_not_registered(url: str) -> None:
    with pytest.raises(UrlRefused):
        check_url(url, CLOSED)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"]
)
def test_a_name_that_leads_inside_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(UrlRefused):
        addresses_of(host, 443, CLOSED)


def test_one_closed_address_among_open_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*_: Any, **__: Any) -> list[Any]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("8.8.8.8", 443)), (*kind, ("127.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(UrlRefused):
        addresses_of("sistem.example.go.id", 443, CLOSED)
