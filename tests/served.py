"""A web server for tests: an application on a free port of loopback, in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: seconds after which the server notices that it is to end
NOTICED = 0.02
#: takes the address on which it will answer, gives the application
Build = Callable[[str], "WSGIApplication"]


@contextmanager
def served(build: Build) -> Iterator[str]:
    """The address, `http://127.0.0.1:PORT`, of the application that `build` makes for it."""
    server = make_server("127.0.0.1", 0, _nothing, threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    server.app = _whole(build(address))
    thread = Thread(target=server.serve_forever, args=(NOTICED,))
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _whole(application: WSGIApplication) -> WSGIApplication:
    """Read every answer to its end and close it, before the browser has a chance to go away.

    Werkzeug's server leaves an answer open when its reader hangs up.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = application(environ, start_response)
        try:
            return [b"".join(body)]
        finally:
            if hasattr(body, "close"):
                body.close()

    return answer


def _nothing(_environ: WSGIEnvironment, _start_response: StartResponse) -> list[bytes]:
    return []
