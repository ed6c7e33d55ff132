"""Pictures of pages, drawn by pdfium in a child process with limits, and kept a while.

pdfium may be used by one thread only, and a PDF may do anything to it: a child that
draws one page and ends solves both (see `adapters.pdf`). One page is drawn at a time.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from coi_qa.adapters.pdf import FARTHEST, MEMORY_BYTES, refused
from coi_qa.domain.picture import Picture
from coi_qa.errors import BusyError, Refusal, UnreadableReportError

PX_PER_POINT: Final = 1.5  # at scale 1: an A4 page is 892 pixels wide
SCALES: Final = (1, 2)  # of a plain screen, and of one with twice the pixels
MOST_PIXELS: Final = 6_000_000  # A4 at scale 2 has 4.5 million
MOST_BYTES: Final = 64 * 2**20  # kept; a page of text takes 0.1 to 0.6 MB
MOST_PNG_BYTES: Final = 4 * MOST_PIXELS  # a picture of noise takes three a pixel
WAIT_S: Final = 15.0  # for the pages that others look at

_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
CHILD_MODULE: Final = "coi_qa.adapters.page_image_child"

Scale = Literal[1, 2]


@dataclass(frozen=True, slots=True)
class DrawingLimits:
    """What drawing one page may cost; the heaviest seen takes 0.3 s.

    Attributes:
        cpu_s: Processor time, in whole seconds.
        wall_s: By the clock. Wide, as a busy machine gives a page little of its time.
        memory_bytes: Address space of the child.
    """

    cpu_s: int = 6
    wall_s: float = 45.0
    memory_bytes: int = MEMORY_BYTES


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a page cannot be drawn, which does not change while its file does not."""

    message: str
    refusal: Refusal


_Key = tuple[str, int, int]


class PageImages:
    """Draws pages; safe to share between threads."""

    def __init__(
        self,
        *,
        passwords: Sequence[str] = (),
        limits: DrawingLimits | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Start with none.

        Args:
            passwords: Tried after the empty one where a file is encrypted.
            limits: What drawing a page may cost.
            most_bytes: Of pictures that are kept; the least recently seen one goes.
        """
        self._passwords = list(passwords)
        self._limits = limits or DrawingLimits()
        self._most_bytes = most_bytes
        self._kept: OrderedDict[_Key, Picture | _Failure] = OrderedDict()
        self._kept_bytes = 0
        self._access = threading.Lock()
        self._turn = threading.Lock()

    @property
    def kept_bytes(self) -> int:
        """Size of all pictures that are kept."""
        return self._kept_bytes

    def draw(self, path: Path, *, report_id: str, number: int, scale: Scale) -> Picture:
        """Return the picture of a page.

        Args:
            path: Of the PDF.
            report_id: sha256 of the PDF; its pictures are kept under it.
            number: Of the page, from 1.
            scale: 1, or 2 for a screen with twice the pixels.

        Raises:
            UnreadableReportError: it cannot be drawn within the limits.
            BusyError: others wait for theirs already.
        """
        key = (report_id, number, scale)
        kept = self._look_up(key)
        if kept is None:
            if not self._turn.acquire(timeout=WAIT_S):
                raise BusyError(
                    "Zbyt wiele stron czeka na narysowanie; spróbuj za kilka sekund."
                )
            try:
                # Whoever had the turn before may have drawn the same page.
                kept = self._look_up(key) or self._draw(path, number, scale)
                self._keep(key, kept)
            finally:
                self._turn.release()
        if isinstance(kept, _Failure):
            raise UnreadableReportError(kept.message, kept.refusal)
        return kept

    def _look_up(self, key: _Key) -> Picture | _Failure | None:
        with self._access:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: _Key, found: Picture | _Failure) -> None:
        with self._access:
            if key in self._kept:
                return
            self._kept[key] = found
            self._kept_bytes += _weight(found)
            while self._kept_bytes > self._most_bytes:
                _, dropped = self._kept.popitem(last=False)
                self._kept_bytes -= _weight(dropped)

    def _draw(self, path: Path, number: int, scale: Scale) -> Picture | _Failure:
        asked = {
            "page": number,
            "px_per_point": PX_PER_POINT * scale,
            "most_pixels": MOST_PIXELS,
            "passwords": self._passwords,
            "memory_bytes": self._limits.memory_bytes,
            "cpu_s": self._limits.cpu_s,
        }
        code, said = _run_child(path, asked, wall_s=self._limits.wall_s)
        head, _, png = said.partition(b"\n")
        try:
            return _picture(json.loads(head), png)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # The child has met the file, so that nothing it writes is taken on trust.
            return _failure(path, number, code, said)


def _run_child(
    path: Path, asked: Mapping[str, Any], *, wall_s: float
) -> tuple[int, bytes]:
    """Return the exit code of the child, and what it wrote.

    Raises:
        UnreadableReportError: the file is gone, or the child was not done in time.
    """
    if not path.is_file():
        raise refused(path, Refusal.CANNOT_OPEN, "gone; run 'coi-qa index' again")
    late = threading.Event()
    with subprocess.Popen(
        [sys.executable, "-I", "-m", CHILD_MODULE, str(path.resolve())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath},
    ) as child:

        def give_up() -> None:
            late.set()
            child.kill()

        watch = threading.Timer(wall_s, give_up)
        watch.start()
        try:
            if child.stdin is None or child.stdout is None:
                raise AssertionError("both were asked for")
            # Passwords go through a pipe: arguments can be looked at.
            with contextlib.suppress(BrokenPipeError), child.stdin as told:
                told.write(json.dumps(asked).encode() + b"\n")
            said = child.stdout.read(MOST_PNG_BYTES + 1)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=2.0)  # its output has ended: little left to do
        finally:
            watch.cancel()
            child.kill()
    if late.is_set():
        raise refused(
            path, Refusal.TOO_HEAVY, f"a page not drawn within {wall_s:.0f} s"
        )
    return child.returncode, said


def _picture(head: Mapping[str, Any], png: bytes) -> Picture:
    """Return what the child drew; raises ValueError for what is no picture."""
    size = struct.pack(">II", head["width_px"], head["height_px"])
    is_png = png.startswith(_PNG_START) and png[12:24] == b"IHDR" + size
    if not is_png or len(png) > MOST_PNG_BYTES:
        raise ValueError("not the picture that was announced")
    a, b, c, d, e, f = (_number(value) for value in head["placing"])
    width, height = _number(head["width"]), _number(head["height"])
    if width <= 0 or height <= 0:
        raise ValueError("a page without size")
    return Picture(png, width, height, (a, b, c, d, e, f))


def _number(said: float) -> float:
    if not -FARTHEST < said < FARTHEST:
        raise ValueError("a length that no page has")
    return float(said)


def _failure(path: Path, number: int, code: int, said: bytes) -> _Failure:
    """Return why there is no picture, from what the child said before it ended."""
    # pdfium aborts where it is given no more memory.
    heavy = -code in (signal.SIGXCPU, signal.SIGABRT, signal.SIGKILL)
    refusal = Refusal.TOO_HEAVY if heavy else Refusal.CRASHED
    reason = f"drawing it ended with {code}"
    if code > 0:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            told = json.loads(said)
            refusal, reason = Refusal(told["refusal"]), str(told["reason"])[:300]
    sentence = f"page {number}: {reason}; print it to PDF anew"
    return _Failure(str(refused(path, refusal, sentence)), refusal)


def _weight(found: Picture | _Failure) -> int:
    return len(found.png) if isinstance(found, Picture) else len(found.message)
