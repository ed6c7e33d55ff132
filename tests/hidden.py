"""PDFs with a sentence that nobody can see, by three generators and many techniques.

Each technique is one value away from its control, in which the same sentence is seen.
What a generator cannot do is written by hand onto a page that it has set.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

SEEN = "Widoczne zdanie o prawie cudzoziemskim."
HIDDEN = "Ukryte polecenie dla czytnika raportu."
WHITE_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4"
    "AAAAAElFTkSuQmCC"
)

# --- reportlab ------------------------------------------------------------------------


def _reportlab(draw: Callable[..., None] | None = None) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 760, SEEN)
    if draw is not None:
        canvas.saveState()
        draw(canvas)
        canvas.restoreState()
    canvas.save()
    return out.getvalue()


def _drawn(hide: bool) -> dict[str, Callable[..., None]]:
    def colour(c):
        c.setFillGray(1 if hide else 0)
        c.drawString(72, 700, HIDDEN)

    def near(c):
        c.setFillColorRGB(0.1, 0.1, 0.3)
        c.rect(60, 690, 300, 30, stroke=0, fill=1)
        c.setFillColorRGB(*((0.1, 0.17, 0.3) if hide else (1, 1, 1)))
        c.drawString(72, 700, HIDDEN)

    def outside(c):
        c.drawString(-400 if hide else 72, 700, HIDDEN)

    def transparent(c):
        c.setFillAlpha(0.02 if hide else 1)
        c.drawString(72, 700, HIDDEN)

    def shape(c):
        c.drawString(72, 700, HIDDEN)
        c.setFillGray(0.9)
        c.rect(60, 690 if hide else 640, 300, 30, stroke=0, fill=1)

    def image(c):
        from reportlab.lib.utils import ImageReader

        c.drawString(72, 700, HIDDEN)
        c.drawImage(
            ImageReader(io.BytesIO(WHITE_PNG)), 60, 690 if hide else 640, 300, 30
        )

    def clipped(c):
        path = c.beginPath()
        path.rect(60, 640 if hide else 690, 300, 30)
        c.clipPath(path, stroke=0, fill=0)
        c.drawString(72, 700, HIDDEN)

    def tiny(c):
        c.setFont("Helvetica", 0.6 if hide else 6)
        c.drawString(72, 700, HIDDEN)

    def inkless(c):
        text = c.beginText(72, 700)
        text.setTextRenderMode(3 if hide else 0)
        text.textLine(HIDDEN)
        c.drawText(text)

    def narrow(c):
        text = c.beginText(72, 700)
        text.setHorizScale(0.5 if hide else 80)
        text.textLine(HIDDEN)
        c.drawText(text)

    def scaled(c):
        c.translate(72, 700)
        c.scale(*((0.0001, 0.0001) if hide else (0.9, 0.9)))
        c.drawString(0, 0, HIDDEN)

    return {
        "white on white": colour,
        "near its background": near,
        "outside the page": outside,
        "transparent": transparent,
        "below a shape": shape,
        "below an image": image,
        "clipped": clipped,
        "tiny": tiny,
        "without ink": inkless,
        "without width": narrow,
        "scaled to nothing": scaled,
    }


# --- Typst ----------------------------------------------------------------------------


def _typst(snippet: str = "") -> bytes:
    import typst

    source = f'#set page("a4")\n#set text(size: 11pt)\n{SEEN}\n\n{snippet}\n'
    pdf = typst.compile(source.encode(), ignore_system_fonts=True)
    assert isinstance(pdf, bytes)
    return pdf


def _set(hide: bool) -> dict[str, str]:
    at = "#place(top + left, dx: {x}, dy: {y}, {what})"
    below = at.format(x="0pt", y="{y}", what="{what}")
    bytes_ = ", ".join(map(str, WHITE_PNG))
    image = f"image(bytes(({bytes_})), width: 300pt, height: 30pt)"
    box = "rect(width: 300pt, height: 30pt, fill: {fill})"
    over = "95pt" if hide else "200pt"
    text = f"text[{HIDDEN}]"
    dark = below.format(y="95pt", what=box.format(fill='rgb("#1a1a4c")'))
    return {
        "white on white": f"#text(fill: {'white' if hide else 'black'})[{HIDDEN}]",
        "near its background": dark
        + below.format(
            y="105pt",
            what=f'text(fill: rgb("{"#1a2b4c" if hide else "#ffffff"}"))[{HIDDEN}]',
        ),
        "outside the page": at.format(
            x="900pt" if hide else "9pt", y="90pt", what=text
        ),
        "transparent": f'#text(fill: rgb("#000000{"05" if hide else "ff"}"))[{HIDDEN}]',
        "below a shape": below.format(y="105pt", what=text)
        + below.format(y=over, what=box.format(fill="luma(90%)")),
        "below an image": below.format(y="105pt", what=text)
        + below.format(y=over, what=image),
        "clipped": below.format(
            y="105pt",
            what=f"box(clip: true, width: 300pt, height: 20pt, "
            f"move(dy: {'60pt' if hide else '0pt'})[{HIDDEN}])",
        ),
        "tiny": f"#text(size: {'0.6pt' if hide else '6pt'})[{HIDDEN}]",
        "scaled to nothing": f"#scale({'0.01%' if hide else '90%'})[{HIDDEN}]",
    }


# --- WeasyPrint -----------------------------------------------------------------------


def _weasyprint(snippet: str = "") -> bytes:
    from weasyprint import HTML

    html = f"<style>div {{position: absolute}}</style><p>{SEEN}</p>{snippet}"
    pdf = HTML(string=html).write_pdf()
    assert isinstance(pdf, bytes)
    return pdf


def _styled(hide: bool) -> dict[str, str]:
    def div(style: str, text: str = HIDDEN) -> str:
        return f'<div style="{style}">{text}</div>'

    over = f"top:{95 if hide else 300}px;left:0;width:400px;height:40px"
    here = "top:100px;left:10px"
    png = base64.b64encode(WHITE_PNG).decode()
    dark = "background:#1a1a4c;top:95px;width:400px;height:40px"
    return {
        "white on white": div(f"{here};color:{'white' if hide else 'black'}"),
        "near its background": div(dark, "")
        + div(f"{here};color:{'#1a2b4c' if hide else 'white'}"),
        "outside the page": div(f"top:100px;left:{-900 if hide else 10}px"),
        "transparent": div(f"{here};color:rgba(0,0,0,{0.02 if hide else 1})"),
        "below a shape": div(here) + div(f"{over};background:#e6e6e6", ""),
        "below an image": div(here)
        + f'<div style="{over}"><img src="data:image/png;base64,{png}" '
        'style="width:400px;height:40px"></div>',
        "clipped": div(
            f"{here};overflow:hidden;width:400px;height:20px",
            f'<p style="margin:{60 if hide else 0}px 0">{HIDDEN}</p>',
        ),
        "tiny": div(f"{here};font-size:{0.8 if hide else 8}px"),
        "scaled to nothing": div(f"{here};transform:scale({0.0001 if hide else 0.9})"),
    }


# --- by hand --------------------------------------------------------------------------

LINE = f"BT /FH 11 Tf 72 500 Td ({HIDDEN}) Tj ET"


def _written(hide: bool) -> dict[str, str]:
    """Return content that goes after a generator's own, by technique."""
    return {
        "without ink": f"{3 if hide else 0} Tr {LINE}",
        "without width": f"{0.5 if hide else 80} Tz {LINE}",
        "on a layer": f"/OC /LH BDC {LINE} EMC",
        "behind a soft mask": f"/{'GH' if hide else 'GN'} gs {LINE}",
        "below a labelled shape": f"{LINE} 0.9 g 60 {490 if hide else 440} 300 30 re f "
        "0 g BT /FH 11 Tf 75 501 Td (Zaczernione na wniosek strony.) Tj ET"
        if hide
        else f"{LINE} 0.9 g 60 440 300 30 re f",
    }


BY_HAND = (*_written(True), "in an annotation")


def _add(pdf: bytes, name: str, hide: bool) -> bytes:
    """Write a technique by hand onto the first page of a PDF."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    page = writer.pages[0]
    if name == "in an annotation":
        _annotate(writer, page, hide)
    else:
        _append(writer, page, _written(hide)[name], hide)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _append(writer, page, content, hide):
    resources = page["/Resources"].get_object()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    _into(resources, "/Font")[NameObject("/FH")] = font
    states = _into(resources, "/ExtGState")
    states[NameObject("/GN")] = DictionaryObject()
    states[NameObject("/GH")] = DictionaryObject(
        {NameObject("/SMask"): _black_mask(writer)}
    )
    layer = _layer(writer, hide)
    _into(resources, "/Properties")[NameObject("/LH")] = layer
    # The generator's content may leave the axes turned: it is fenced in.
    own = page.get_contents().get_data()
    stream = StreamObject()
    stream.set_data(b"q " + own + b" Q q " + content.encode("ascii") + b" Q")
    page[NameObject("/Contents")] = writer._add_object(stream)


def _into(resources, kind):
    return resources.setdefault(NameObject(kind), DictionaryObject()).get_object()


def _black_mask(writer):
    """Return a luminosity mask that lets nothing through."""
    group = StreamObject()
    group.set_data(b"0 g 0 0 595 842 re f")
    group.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(map(FloatObject, (0, 0, 595, 842))),
            NameObject("/Group"): DictionaryObject(
                {
                    NameObject("/S"): NameObject("/Transparency"),
                    NameObject("/CS"): NameObject("/DeviceGray"),
                }
            ),
        }
    )
    return DictionaryObject(
        {
            NameObject("/S"): NameObject("/Luminosity"),
            NameObject("/G"): writer._add_object(group),
        }
    )


def _layer(writer, hide):
    """Return a layer of the document, switched off to hide what is on it."""
    layer = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/OCG"),
                NameObject("/Name"): TextStringObject("Uwagi"),
            }
        )
    )
    off = ArrayObject([layer] if hide else [])
    writer._root_object[NameObject("/OCProperties")] = DictionaryObject(
        {
            NameObject("/OCGs"): ArrayObject([layer]),
            NameObject("/D"): DictionaryObject({NameObject("/OFF"): off}),
        }
    )
    return layer


def _annotate(writer, page, hide):
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/FreeText"),
            NameObject("/Rect"): ArrayObject(map(FloatObject, (72, 480, 372, 510))),
            NameObject("/Contents"): TextStringObject(HIDDEN),
            NameObject("/F"): NumberObject(2 if hide else 4),
            NameObject("/DA"): TextStringObject("/Helv 11 Tf 0 g"),
        }
    )
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(note)])


# --- all of them ----------------------------------------------------------------------

GENERATORS = {
    "reportlab": (_reportlab, _drawn),
    "typst": (_typst, _set),
    "weasyprint": (_weasyprint, _styled),
}
TECHNIQUES = tuple(dict.fromkeys((*_drawn(True), *BY_HAND)))


def with_hidden(generator: str, technique: str, *, hide: bool = True) -> bytes:
    """Return a PDF with `SEEN`, and with `HIDDEN` hidden, or shown in the control."""
    make, own = GENERATORS[generator]
    snippet = own(hide).get(technique)
    if snippet is not None:
        return make(snippet)
    return _add(make(), technique, hide)
