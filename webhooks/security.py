"""What every answer says to the browser, and whose requests are taken.

Facts: reliability.md 3.2. No page loads anything from elsewhere, nothing may frame it, no script
runs on it (but ours, where the page says so), and its address is told to nobody (the address is the
secret).
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix

from processes.errors import NotAllowed
from processes.settings import Settings
from webhooks.receiving import Receiving

#: bytes of a request that carries no file
PLAIN_LIMIT = 2 * 1024 * 1024
#: bytes of a request that carries files; each single file has its own, smaller limit
UPLOAD_LIMIT = 100 * 1024 * 1024
LOOPBACK = ("127.0.0.1", "localhost")
YEAR = 365 * 24 * 3600

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex, nofollow",
}


def secure(app: Flask, settings: Settings) -> None:
    """Set limits, trusted hosts, believed proxies and the headers of every answer."""
    hosts = {urlsplit(settings.base_url).hostname or "", *LOOPBACK}
    app.config.update(
        MAX_CONTENT_LENGTH=PLAIN_LIMIT,
        MAX_FORM_MEMORY_SIZE=PLAIN_LIMIT,
        MAX_FORM_PARTS=2000,
        TRUSTED_HOSTS=sorted(hosts),
        BASE_URL=settings.base_url,
    )
    app.after_request(add_headers)
    app.wsgi_app = Receiving(app.wsgi_app)  # type: ignore[method-assign]
    if settings.proxies:
        # of all that a proxy may say, only the caller's address: where we are reached is a setting
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0
        )


def add_headers(response: Response) -> Response:
    """Add what is missing; a view that needs another policy has set its own before."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint not in ("static", "bundle.file"):
        response.headers.setdefault("Cache-Control", "no-store")
    if cookies_are_secure():
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    return response


def cookies_are_secure() -> bool:
    """Whether people reach us over https, so that cookies may travel on nothing else."""
    base_url: str = current_app.config["BASE_URL"]
    return base_url.startswith("https://")


def allow_own_script(response: Response) -> Response:
    """Let this one page run the scripts that lie beside the style sheet, and no other."""
    policy = CONTENT_SECURITY_POLICY.replace("script-src 'none'", "script-src 'self'")
    response.headers["Content-Security-Policy"] = policy
    return response


def allow_modeler(response: Response) -> Response:
    """Let this one page run the modeler: our own scripts, pictures and letters that lie inside
    style sheets, and styles that the drawing library writes on single elements."""
    allow_own_script(response)
    policy = response.headers["Content-Security-Policy"]
    drawn = "img-src 'self' data:; font-src 'self' data:; style-src-attr 'unsafe-inline'"
    response.headers["Content-Security-Policy"] = f"{policy}; {drawn}"
    return response


def allow_viewer(response: Response) -> Response:
    """Let this one page run the viewer of diagrams: our own scripts, and pictures inside styles."""
    allow_own_script(response)
    policy = response.headers["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = f"{policy}; img-src 'self' data:"
    return response


def allow_upload() -> None:
    """Let this request be as large as its files need."""
    request.max_content_length = UPLOAD_LIMIT


def check_same_site(is_proved: Callable[[], bool]) -> None:
    """Raise NotAllowed when another site sent this form, or may have.

    Our pages send no referrer, so browsers send `Origin: null` even from our own form, as they do
    from a shut-in frame of another site. What tells the two apart is Sec-Fetch-Site, which comes
    over https (and from old browsers not even there). Without it a null origin is taken only if
    `is_proved`: the form carries a key that only a page of ours could give to this very sender.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise NotAllowed("web.foreign_form")
        return
    if hides_its_origin():
        if not is_proved():
            raise NotAllowed("web.foreign_form")
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin not in own_origins():
        raise NotAllowed("web.foreign_form")


def hides_its_origin() -> bool:
    """Whether the browser says nothing that tells our own forms from those of other sites."""
    named = "Sec-Fetch-Site" in request.headers
    return not named and request.headers.get("Origin") == "null"


def own_origins() -> tuple[str, ...]:
    """The origins of our own pages: where the base URL points, and where this request went."""
    base = urlsplit(current_app.config["BASE_URL"])
    return f"{base.scheme}://{base.netloc}", request.host_url.rstrip("/")
