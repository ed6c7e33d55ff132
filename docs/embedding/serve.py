"""A pretend case system with `<coi-qa>` in its page, to try embedding with.

    export COI_QA_EMBED_KEY=$(python3 -c 'import secrets; print(secrets.token_hex(32))')
    COI_QA_EMBED_ORIGINS=http://127.0.0.1:8100 coi-qa serve &
    python3 docs/embedding/serve.py

Then open http://127.0.0.1:8100. It needs nothing but Python, and makes its tokens as
any case system can: two pieces of JSON and a keyed hash.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import sys
import time
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path(__file__).parent
FILES = {
    "/": ("host.html", "text/html; charset=utf-8"),
    "/host.js": ("host.js", "text/javascript; charset=utf-8"),
    "/host.css": ("host.css", "text/css; charset=utf-8"),
}
LIFETIME_S = 300


def sign_token(key: str, origin: str, *, now: int) -> str:
    """Return a token for pages of `origin` (RFC 7519, HS256)."""
    claims = {"iss": origin, "aud": "coi-qa", "iat": now, "exp": now + LIFETIME_S}
    head = _part({"alg": "HS256", "typ": "JWT"}) + b"." + _part(claims)
    signature = hmac.new(key.encode(), head, hashlib.sha256).digest()
    return (head + b"." + _encoded(signature)).decode()


def content_policy(service: str) -> str:
    """Return the strictest policy that the component works under."""
    return "; ".join(
        (
            "default-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "img-src data:",
            "style-src 'self'",
            f"script-src 'self' {service}",
            f"connect-src 'self' {service}",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def case_system(service: str, key: str, *, port: int) -> ThreadingHTTPServer:
    """Return the pretend case system, which begins to answer when it is told to.

    Args:
        service: Scheme and host of coi_qa.
        key: COI_QA_EMBED_KEY.
        port: That it listens at; 0 for any that is free.
    """

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/token":
                # Here a real system makes sure that somebody has logged in.
                host, at = self.server.server_address[:2]
                token = sign_token(key, f"http://{host}:{at}", now=int(time.time()))
                said = json.dumps({"token": token}).encode()
                self._send(200, said, "application/json")
            elif self.path in FILES:
                name, media_type = FILES[self.path]
                text = (FOLDER / name).read_text("utf-8")
                said = text.replace("{{service}}", service).encode()
                self._send(200, said, media_type)
            else:
                self._send(404, b"", "text/plain")

        def _send(self, status: int, said: bytes, media_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(said)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Content-Security-Policy", content_policy(service))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    return ThreadingHTTPServer(("127.0.0.1", port), Page)


def _part(said: dict[str, object]) -> bytes:
    return _encoded(json.dumps(said, separators=(",", ":")).encode())


def _encoded(said: bytes) -> bytes:
    return urlsafe_b64encode(said).rstrip(b"=")


def main() -> None:
    """Serve the page until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--service", default="http://127.0.0.1:8000")
    given = parser.parse_args()
    key = os.environ.get("COI_QA_EMBED_KEY", "")
    if not key:
        sys.exit("COI_QA_EMBED_KEY is not set; expected the key that coi-qa serve has")
    system = case_system(given.service, key, port=given.port)
    print(f"the pretend case system answers at http://127.0.0.1:{given.port}")
    try:
        system.serve_forever()
    except KeyboardInterrupt:
        system.server_close()


if __name__ == "__main__":
    main()
