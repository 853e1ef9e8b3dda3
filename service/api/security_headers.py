"""The headers that every answer has, those of the server itself too."""

from __future__ import annotations

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
