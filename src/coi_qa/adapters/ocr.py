"""Recognises the words in reports that are pictures, with ocrmypdf and tesseract.

The layer of words is kept beside the service's other state, under the sha256 of the
scan. Pages are neither turned nor straightened for it, so that a box in the layer is
the same place in the scan, which is the file that is stored and cited.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from coi_qa.adapters.pdf import MIN_GLYPHS_A_PAGE, check_file, refused
from coi_qa.domain.layout import RawReport
from coi_qa.errors import Refusal, UnreadableReportError

LANGUAGES = ("pol", "eng")  # as tesseract names them; the second only where installed
START_S = 60.0
MIB_S = 30.0  # for each MiB of the file: a scanned page has about a third of one
MEMORY_BYTES = 4 * 2**30  # of each process; a page at 600 dpi takes one
FILE_BYTES = 2**30

ReadPages = Callable[[Path], RawReport]


@dataclass(frozen=True, slots=True)
class OcrReader:
    """Reads reports, those that are pictures through their layer of words.

    Attributes:
        read: A PDF -> its glyphs.
        folder: Of the layers, each `<sha256 of the scan>.pdf`.
        may_recognise: Whether a missing layer is made; else it is as if it was needed.
    """

    read: ReadPages
    folder: Path
    may_recognise: bool

    def __call__(self, path: Path) -> RawReport:
        """Return the glyphs of the report at `path`, under its own sha256.

        Raises:
            UnreadableReportError: it cannot be read, or it has no words and none could
                be recognised.
        """
        try:
            raw = self.read(path)
        except UnreadableReportError as exc:
            if exc.refusal is not Refusal.NO_TEXT_LAYER:
                raise
            layer = self._layer(path, check_file(path))
            if layer is None:
                raise
            return _as_scanned(self.read(layer), path, check_file(path))
        if not has_pictures_of_text(raw):
            return raw
        layer = self._layer(path, raw.sha256)
        return raw if layer is None else _as_scanned(self.read(layer), path, raw.sha256)

    def _layer(self, path: Path, digest: str) -> Path | None:
        """Return the layer of a scan, made where that is allowed."""
        layer = self.folder / f"{digest}.pdf"
        if not layer.is_file():
            if not self.may_recognise:
                return None
            recognise(path, layer)
        return layer


def has_pictures_of_text(raw: RawReport) -> bool:
    """Say whether a page is a picture without words of its own."""
    return any(
        page.is_picture and sum(map(len, page.lines)) < MIN_GLYPHS_A_PAGE
        for page in raw.pages
    )


def _as_scanned(layer: RawReport, path: Path, digest: str) -> RawReport:
    return replace(layer, sha256=digest, file_name=path.name)


def recognise(path: Path, layer: Path) -> None:
    """Write the scan at `path` with its words as `layer`, whole or not at all.

    Raises:
        UnreadableReportError: the programs are not installed, or they fail.
    """
    languages = _installed_languages(path)
    layer.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=layer.parent, prefix=".work-") as folder:
        made = Path(folder) / "layer.pdf"
        _run(path, made, languages, Path(folder))
        made.replace(layer)


def _installed_languages(path: Path) -> str:
    """Return the languages to recognise; refuse where something is missing."""
    found: set[str] = set()
    if shutil.which("tesseract") is not None:
        listed = subprocess.run(
            ["tesseract", "--list-langs"],  # noqa: S607  Debian's, from PATH
            capture_output=True,
            text=True,
            check=False,
            timeout=START_S,
        )
        found = set(listed.stdout.split())
    if LANGUAGES[0] not in found:
        raise refused(
            path,
            Refusal.OCR_NOT_INSTALLED,
            "a scan, and Debian's tesseract for Polish is not installed; install it: "
            "apt-get install tesseract-ocr tesseract-ocr-pol",
        )
    if find_spec("ocrmypdf") is None:
        raise refused(
            path,
            Refusal.OCR_NOT_INSTALLED,
            "a scan, and ocrmypdf is not installed; install it: "
            "pip install 'coi-qa[ocr]'",
        )
    return "+".join(name for name in LANGUAGES if name in found)


def _run(path: Path, made: Path, languages: str, folder: Path) -> None:
    """Run ocrmypdf within limits; it and what it starts end with it."""
    command = [sys.executable, "-I", "-m", "ocrmypdf", "--quiet", "--jobs", "1"]
    # Without Ghostscript, and without what would move or repaint the page.
    command += ["--rasterizer", "pypdfium", "--output-type", "pdf", "--optimize", "0"]
    command += ["--mode", "skip", "-l", languages, str(path.resolve()), str(made)]
    allowed_s = START_S + MIB_S * path.stat().st_size / 2**20
    programs = Path(shutil.which("tesseract") or "").parent
    environment = {
        "PATH": f"{programs}:{os.defpath}",
        "TMPDIR": str(folder),
        "OMP_THREAD_LIMIT": "1",
    }
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
        preexec_fn=_limit,
    )
    try:
        _, said = child.communicate(timeout=allowed_s)
    except subprocess.TimeoutExpired as exc:
        raise refused(
            path,
            Refusal.TOO_HEAVY,
            f"its words were not recognised within {allowed_s:.0f} s; split the report",
        ) from exc
    finally:
        _end_all(child)
    if child.returncode != 0 or not made.is_file():
        last = (said.decode("utf-8", "replace").split("\n\n")[0].split() or ["?"])[:30]
        raise refused(
            path,
            Refusal.OCR_FAILED,
            f"its words could not be recognised ({' '.join(last)[:160]}); scan it anew",
        )


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_all(child: subprocess.Popen[bytes]) -> None:
    """End the child and the processes of its session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
