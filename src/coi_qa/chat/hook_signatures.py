"""Whether a webhook was sent by the chat product that shares a secret with us."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from coi_qa.errors import BadTokenError, BusyError

WINDOW_S: Final = 5 * 60  # Slack's own advice; also what clocks may differ by
MAX_SEEN: Final = 10_000

_SLACK_VERSION: Final = "v0"
_STALE: Final = (
    "Podpis jest starszy niż 5 minut albo z przyszłości; sprawdź zegary obu serwerów."
)
_WRONG: Final = "Podpis tego żądania nie zgadza się z sekretem, który zna usługa."


class SeenSignatures:
    """Refuses a signature that was taken before, while it could still be taken."""

    def __init__(self, *, most: int = MAX_SEEN) -> None:
        self._most = most
        self._ends: OrderedDict[bytes, float] = OrderedDict()

    def take(self, signature: bytes, *, now: float) -> None:
        """Remember a signature that was found right.

        Raises:
            BadTokenError: it was used before.
            BusyError: as many as can be remembered were used in the last minutes.
        """
        while self._ends and next(iter(self._ends.values())) < now:
            self._ends.popitem(last=False)
        if signature in self._ends:
            raise BadTokenError("To żądanie już raz przyjęto; powtórki są odrzucane.")
        if len(self._ends) >= self._most:
            raise BusyError("Zbyt wiele pytań naraz; spróbuj ponownie za kilka minut.")
        # A time from the future may be taken until twice the window is over.
        self._ends[signature] = now + 2 * WINDOW_S


def check_token(secret: str, given: str) -> None:
    """Compare a token in constant time.

    Raises:
        BadTokenError: it is another one, or missing.
    """
    if not hmac.compare_digest(secret.encode(), given.encode()):
        raise BadTokenError(
            "Token tego żądania nie jest tym, który zna usługa; sprawdź go w "
            "ustawieniach polecenia i usługi."
        )


def check_slack(
    secret: str,
    body: bytes,
    *,
    timestamp: str,
    signature: str,
    now: float,
    seen: SeenSignatures,
) -> None:
    """Check Slack's signature over its version, time and the raw body.

    Args:
        secret: The app's signing secret.
        body: As it came.
        timestamp: Of X-Slack-Request-Timestamp.
        signature: Of X-Slack-Signature.
        now: Seconds since 1970.
        seen: Remembers it.

    Raises:
        BadTokenError: wrong, missing, too old or used before.

    Source: Slack API documentation, "Verifying requests from Slack".
    """
    signed = f"{_SLACK_VERSION}:{timestamp}:".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256)
    expected = f"{_SLACK_VERSION}={digest.hexdigest()}".encode()
    if not hmac.compare_digest(expected, signature.encode()):
        raise BadTokenError(_WRONG)
    if not timestamp.isascii() or not timestamp.isdigit():
        raise BadTokenError(_STALE)
    _refuse_stale(int(timestamp), now)
    seen.take(expected, now=now)


def check_teams(
    secret: str, body: bytes, *, authorization: str, now: float, seen: SeenSignatures
) -> None:
    """Check the keyed hash of a Teams outgoing webhook.

    Args:
        secret: The webhook's security token, in base64 as Teams shows it.
        body: As it came.
        authorization: The header of that name.
        now: Seconds since 1970.
        seen: Remembers it.

    Raises:
        BadTokenError: wrong, missing, too old or used before.

    Source: Microsoft Teams documentation, "Create Outgoing Webhooks".
    """
    kind, _, given = authorization.partition(" ")
    expected = b64encode(hmac.digest(b64decode(secret), body, "sha256"))
    is_right = hmac.compare_digest(expected, given.strip().encode())
    if not is_right or kind.upper() != "HMAC":
        raise BadTokenError(_WRONG)
    # The time stands in the signed body; without one the memory alone has to do.
    if (sent := _time_of(body)) is not None:
        _refuse_stale(sent, now)
    seen.take(expected, now=now)


def _refuse_stale(sent: float, now: float) -> None:
    if abs(now - sent) > WINDOW_S:
        raise BadTokenError(_STALE)


def _time_of(body: bytes) -> float | None:
    """Return when an activity was sent, in seconds since 1970; None if it says not."""
    try:
        said = json.loads(body)
        found = said.get("timestamp") if isinstance(said, Mapping) else None
        return datetime.fromisoformat(found).timestamp() if found else None
    except (ValueError, TypeError, RecursionError, OverflowError) as exc:
        raise BadTokenError(_STALE) from exc
