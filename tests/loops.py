"""Asynchronous code in tests, in a thread of its own.

The thread that tests run in has a loop already once a browser was started there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio


def run_in_loop(function: Callable[..., Awaitable[Any]], *arguments: object) -> Any:
    """Return what an asynchronous function returns for `arguments`."""
    with ThreadPoolExecutor(max_workers=1) as own:
        return own.submit(anyio.run, function, *arguments).result()
