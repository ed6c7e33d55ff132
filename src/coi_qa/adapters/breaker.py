"""When a machine that fails is left alone for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

FAILURES: Final = 3  # in a row; one or two may be bad luck
PAUSE_S: Final = 60.0  # a server that restarts takes about as long


class Breaker:
    """Says whether a machine is to be asked; safe to share between threads.

    After `failures` in a row nobody asks for `pause_s` seconds. Then one may try while
    the others still wait: if that goes well all ask again, if not the pause begins
    anew.
    """

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        pause_s: float = PAUSE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with everybody asking.

        Args:
            failures: In a row, after which nobody asks, from 1.
            pause_s: Seconds until one may try.
            clock: Seconds, never going back.
        """
        self._most, self._pause_s, self._clock = failures, pause_s, clock
        self._lock = threading.Lock()
        self._failed = 0
        self._open_until: float | None = None
        self._is_probed = False

    def may_ask(self) -> bool:
        """Say whether the caller may ask; one that may has to tell how it went."""
        with self._lock:
            if self._open_until is None:
                return True
            if self._is_probed or self._clock() < self._open_until:
                return False
            self._is_probed = True
            return True

    def succeeded(self) -> None:
        """Take note that it went well."""
        with self._lock:
            self._failed, self._open_until, self._is_probed = 0, None, False

    def failed(self) -> bool:
        """Take note that it did not; return whether a pause begins with that."""
        with self._lock:
            self._failed += 1
            is_late = self._open_until is not None and not self._is_probed
            if self._failed < self._most or is_late:
                return False
            self._open_until = self._clock() + self._pause_s
            self._is_probed = False
            return True
