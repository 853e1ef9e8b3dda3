"""The headers that every answer has, those of the server itself too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECURITY_HEADERS = {
    # WebAssembly runs the recognizer in the page; 'unsafe-eval', for text as code, is not allowed.
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"
    " style-src 'self';"
    " img-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

BY_NAME = {name.lower(): (name, value) for name, value in SECURITY_HEADERS.items()}


class SecurityHeaders:
    """A WSGI application whose answers have SECURITY_HEADERS, but for those they set themselves."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""

        def start_securely(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            own = {name.lower() for name, _ in headers}
            missing = [pair for name, pair in BY_NAME.items() if name not in own]
            return start(status, headers + missing, *error)

        return self._application(environ, start_securely)
