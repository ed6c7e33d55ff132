"""The child process of `adapters.page_images`: one page of a PDF in, its picture out.

Run as `python -I -m coi_qa.adapters.page_image_child FILE`, with what is wanted as a
line of JSON on standard input. It answers with a line of JSON about the picture, and
the bytes of a PNG after it; or, with exit 1, with a line that has "refusal" and
"reason". It imports little: it is started anew for each page that is looked at.
"""

from __future__ import annotations

import json
import math
import resource
import struct
import sys
import zlib
from collections.abc import Sequence
from typing import Any

import pypdfium2 as pdfium

from coi_qa.errors import Refusal

PNG_START = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB = 0, 2  # colour types of PNG

Matrix = tuple[float, float, float, float, float, float]


def main() -> None:
    """Draw the page that standard input names."""
    given = json.loads(sys.stdin.readline())
    give_up_rights(memory_bytes=given["memory_bytes"], cpu_s=given["cpu_s"])
    try:
        document = open_document(sys.argv[1], given["passwords"])
        if document is None:
            answer({"refusal": Refusal.PASSWORD_NEEDED.value, "reason": "is encrypted"})
            sys.exit(1)
        head, png = draw(document, given)
        answer(head, png)
    except MemoryError:
        answer({"refusal": Refusal.TOO_HEAVY.value, "reason": "needs too much memory"})
        sys.exit(1)
    except Exception as exc:
        reason = f"damaged ({type(exc).__name__})"
        answer({"refusal": Refusal.DAMAGED.value, "reason": reason})
        sys.exit(1)


def give_up_rights(*, memory_bytes: int, cpu_s: int) -> None:
    """Allow this process no more memory and time than that, no files, no children."""
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))
    # Below the hard limit, at which the kernel ends a process without saying why.
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, hard))


def answer(head: dict[str, Any], png: bytes = b"") -> None:
    """Write the answer for the parent."""
    line = json.dumps(head, separators=(",", ":")).encode()
    sys.stdout.buffer.write(line + b"\n" + png)
    sys.stdout.buffer.flush()


def open_document(path: str, passwords: Sequence[str]) -> pdfium.PdfDocument | None:
    """Return the document, the empty password tried first; None if none opens it."""
    for password in ("", *passwords):
        try:
            return pdfium.PdfDocument(path, password=password or None)
        except pdfium.PdfiumError as exc:
            if "password" not in str(exc).lower():
                raise
    # Imported here: pypdf takes longer than most pages take to be drawn.
    from coi_qa.adapters.pdf_child import unlock_for_owner

    unlocked = unlock_for_owner(path)
    return None if unlocked is None else pdfium.PdfDocument(unlocked)


def draw(
    document: pdfium.PdfDocument, given: dict[str, Any]
) -> tuple[dict[str, Any], bytes]:
    """Return what is said of a page's picture, and the picture."""
    page = document[given["page"] - 1]
    width, height = page.get_size()
    scale = fitting_scale(
        width,
        height,
        wanted=given["px_per_point"],
        most_pixels=given["most_pixels"],
    )
    bitmap = page.render(scale=scale, rev_byteorder=True)
    head = {
        "width": width,
        "height": height,
        "width_px": bitmap.width,
        "height_px": bitmap.height,
        "placing": placing(page),
    }
    return head, png_of(
        bytes(bitmap.buffer),
        width=bitmap.width,
        height=bitmap.height,
        stride=bitmap.stride,
        channels=bitmap.n_channels,
    )


def fitting_scale(
    width: float, height: float, *, wanted: float, most_pixels: int
) -> float:
    """Return pixels a point, no more than keep the picture within `most_pixels`.

    >>> fitting_scale(595, 842, wanted=1.5, most_pixels=10**7)
    1.5
    >>> fitting_scale(20_000, 20_000, wanted=1.5, most_pixels=10**6)
    0.05
    """
    return min(wanted, math.sqrt(most_pixels / (width * height)))


def placing(page: pdfium.PdfPage) -> Matrix:
    """Return what takes points of the file to points of the page as it is shown.

    Both count from the lower left, the latter from the corner of what can be seen.
    """
    left, bottom, right, top = page.get_bbox()
    turned = page.get_rotation() % 360
    across = right - left if turned % 180 == 0 else top - bottom
    unit = page.get_size()[0] / across  # of a page that sets a unit of its own
    a, b, c, d, e, f = {
        0: (1, 0, 0, 1, -left, -bottom),
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }[turned]
    return a * unit, b * unit, c * unit, d * unit, e * unit, f * unit


def png_of(
    pixels: bytes, *, width: int, height: int, stride: int, channels: int
) -> bytes:
    """Return a picture as PNG (ISO/IEC 15948), in grey if that is all it has.

    Args:
        pixels: Rows from the top, in the order red, green, blue, and more to skip.
        width: In pixels.
        height: Likewise.
        stride: Bytes from one row to the next.
        channels: Bytes of a pixel, from 3.
    """
    planes = [pixels[channel::channels] for channel in range(3)]
    is_grey = stride == width * channels and planes[0] == planes[1] == planes[2]
    kind, bytes_a_row = (_GREY, width) if is_grey else (_RGB, 3 * width)
    if is_grey:
        pixels, stride = planes[0], width
    elif channels > 3:
        raise ValueError(f"{channels} channels; expected 3")
    rows = b"".join(
        b"\0" + pixels[at : at + bytes_a_row]
        for at in range(0, height * stride, stride)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return (
        PNG_START
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(rows, 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    """Return a part of a PNG with its length and checksum."""
    return (
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data))
    )


if __name__ == "__main__":
    main()
