"""The evidence pack as a PDF for everybody and for archives, typeset by Typst.

It is tagged (PDF/UA-1, PDF/A-2a) and made without a network.
What the pack says goes to `pack.typ` as JSON. Only the fonts inside the Typst package
are used, so that the same pack gives the same bytes on every machine.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

import typst

from coi_qa.export.dossier import Dossier
from coi_qa.export.drawable import breakable, drawable

_TEMPLATE: Final = Path(__file__).with_name("pack.typ")


def as_pdf(dossier: Dossier) -> bytes:
    """Return the pack as the bytes of a PDF; the same pack gives the same bytes."""
    said = asdict(dossier)
    said["created"] = dossier.created.isoformat() if dossier.created else None
    written = typst.compile(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        ignore_system_fonts=True,
        # PDF/A, which archives want, does not go without a day of making.
        pdf_standards=["a-2a", "ua-1"] if dossier.created else ["ua-1"],
        sys_inputs={"pack": json.dumps(_drawn(said), ensure_ascii=False)},
    )
    if not isinstance(written, bytes):  # several files, for other formats than this
        raise TypeError(f"expected one PDF, found {type(written).__name__}")
    return written


def _drawn(value: object) -> object:
    if isinstance(value, str):
        return breakable(drawable(value))
    if isinstance(value, dict):
        return {k: v if k == "url" else _drawn(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_drawn(item) for item in value]
    return value
