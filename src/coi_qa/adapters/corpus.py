"""The folder of reports: PDFs are put in and taken out, nothing is written over."""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from coi_qa.adapters.catalogue import CATALOGUE, with_entry, without_entry
from coi_qa.adapters.disk import make_private, sha256_of, sync
from coi_qa.adapters.pdf import check_file
from coi_qa.errors import BadRequestError, UnreadableReportError

SAME_BYTES: Final = "same_bytes"
NAME_TAKEN: Final = "name_taken"

_MAX_STEM_BYTES: Final = 120  # of the 255 that file systems allow
_UNSAFE: Final = re.compile(r"[^\w .,()+-]+")


@dataclass(frozen=True, slots=True)
class Filed:
    """A PDF in the folder, and the sha256 of its bytes, which is its report's id."""

    path: Path
    id: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A report that was put into the folder.

    Attributes:
        file: The name it has there.
        asked: The name it came with.
        id: sha256 of its bytes.
    """

    file: str
    asked: str
    id: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A file that was not put into the folder.

    Attributes:
        file: The name it came with.
        why: A `Refusal`, `SAME_BYTES` or `NAME_TAKEN`.
        other: Name of the file that it meets in the folder, or "".
    """

    file: str
    why: str
    other: str = ""


class Corpus:
    """A folder of PDFs with its `reports.toml`; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._known: dict[tuple[Path, int, int], str] = {}

    def files(self) -> tuple[Filed, ...]:
        """Return the PDFs in the folder and below, as `coi-qa index` finds them."""
        return tuple(
            Filed(path, self._digest(path))
            for path in sorted(self.folder.rglob("*"))
            if path.suffix.lower() == ".pdf" and path.is_file()
        )

    def take_in(
        self, source: BinaryIO, name: str, said: Mapping[str, Any]
    ) -> Taken | NotTaken:
        """Put a PDF into the folder unless it is none or is there already.

        Args:
            source: Its bytes, from the beginning.
            name: As its sender calls it; only what is harmless of it is kept.
            said: Fields for `reports.toml`.

        Raises:
            BadRequestError: the folder cannot be written, or its catalogue not changed.
        """
        safe = safe_name(name)
        target = self.folder / safe
        draft = self.folder / f".{secrets.token_hex(8)}.part"
        with self._lock, _writing(self.folder):
            try:
                with draft.open("xb") as file:
                    shutil.copyfileobj(source, file)
                try:
                    digest = check_file(draft)
                except UnreadableReportError as exc:
                    return NotTaken(name, exc.refusal.value)
                twin = next((f for f in self.files() if f.id == digest), None)
                if twin is not None:
                    return NotTaken(name, SAME_BYTES, twin.path.name)
                if target.exists():
                    return NotTaken(name, NAME_TAKEN, safe)
                sync(draft)
                add = partial(with_entry, file_name=safe, said=said)
                self._rewrite(self.folder, add)
                draft.replace(target)
                sync(self.folder)
            finally:
                draft.unlink(missing_ok=True)
        return Taken(safe, name, digest)

    def take_out(self, report_id: str, *, to: Path) -> tuple[str, ...]:
        """Move a report's files out of the folder and drop what is said of them.

        Args:
            report_id: Of the report.
            to: Folder that keeps the PDF, as `<id>.pdf`; made where there is none.

        Returns:
            The names that it had; none where it is not in the folder.

        Raises:
            BadRequestError: a folder cannot be written, or a catalogue not changed.
        """
        with self._lock, _writing(self.folder):
            found = [filed.path for filed in self.files() if filed.id == report_id]
            for path in found:
                make_private(to)
                shutil.copyfile(path, to / f"{report_id}.pdf")
                sync(to / f"{report_id}.pdf")
                path.unlink()
                self._rewrite(path.parent, partial(without_entry, file_name=path.name))
        return tuple(path.name for path in found)

    def _digest(self, path: Path) -> str:
        found = path.stat()
        key = (path, found.st_size, found.st_mtime_ns)
        if key not in self._known:
            self._known[key] = sha256_of(path)
        return self._known[key]

    def _rewrite(self, folder: Path, change: Callable[[str], str]) -> None:
        """Replace a folder's catalogue with what `change` makes of its text."""
        path = folder / CATALOGUE
        before = path.read_text("utf-8") if path.is_file() else ""
        after = change(before)
        if after == before:
            return
        draft = folder / f".{CATALOGUE}.{secrets.token_hex(8)}"
        draft.write_text(after, "utf-8")
        sync(draft)
        draft.replace(path)


def safe_name(name: str) -> str:
    r"""Return what of a sender's file name may be a file name here.

    No folder, no control or path characters, no leading dot, a length that fits.

    >>> safe_name("../../etc/passwd"), safe_name("C:\\tmp\\Raport 1.PDF")
    ('passwd.pdf', 'Raport 1.pdf')
    >>> safe_name(".."), safe_name("ra\0port*.pdf.pdf")
    ('raport.pdf', 'ra-port-.pdf.pdf')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = re.sub(r"\.pdf$", "", last.strip(), flags=re.IGNORECASE)
    # A program would take "-x" for an option.
    stem = _UNSAFE.sub("-", stem).strip(" .-")
    stem = stem.encode()[:_MAX_STEM_BYTES].decode(errors="ignore").strip(" .")
    return f"{stem or 'raport'}.pdf"


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise BadRequestError(
            f"Folderu raportów „{folder}” nie da się zmienić ({exc.strerror}); zwolnij "
            "miejsce albo nadaj usłudze prawo zapisu do niego."
        ) from exc
