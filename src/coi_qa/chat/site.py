"""Where the reader of a message reaches the service."""

from __future__ import annotations

from starlette.requests import Request


def site_of(request: Request, public_url: str = "") -> str:
    """Return scheme and host for addresses in a message.

    Args:
        request: That is being answered; its own host stands where none is set.
        public_url: As set by the operator, without a slash at its end, or "".
    """
    host = request.headers.get("host", "")
    return public_url or f"{request.url.scheme}://{host}"
