"""Which characters of a page nobody can see, and why. Runs in the child process.

Some ways to hide words are told by how they are drawn: too small, outside the page,
without ink, transparent. The rest is told by looking: the page is drawn once as it is
and once without its text. A character whose box is the same in both pictures leaves no
trace, whatever is done to hide it.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from coi_qa.adapters.pdf_glyphs import Char, Pointer, address, is_text, read_chars

MIN_SIZE_PT = 1.5  # legal notices are set in 4 pt
MIN_WIDTH = 0.05  # share of the height that letters keep when squeezed
MIN_ALPHA = 26  # of 255: a tenth
MIN_CONTRAST = 24  # of 255, in the colour that differs most; light grey (#e0) has 31
MIN_TRACE = 10  # of 255: what a thin stroke of that contrast leaves of it
SCALE = 1.0  # pixels a point: the finest print still leaves a trace
MAX_PIXELS = 3_000_000  # a poster is drawn smaller
TEXTS_AT_ONCE = 500  # held against all others of a page in one go
MIN_RUN = 3  # letters; what hides a word less than that is a quirk of drawing
PICTURE_SHARE = 0.7  # of the page, from where on it is a picture of a page
OCR_SHARE = 0.9  # of its characters, from where on they are an OCR layer
MOST_OF_A_WORD = 0.6
OVERLAP = 0.15  # of a letter, from where on another one stands over it
MAX_DEPTH = 12  # forms within forms
_INVISIBLE, _STROKE, _CLIP_ONLY = 3, 1, 7  # text render modes (ISO 32000-1, table 106)
_ANNOTATION_UNSEEN = 0x02 | 0x20  # flags Hidden and NoView (table 165)

INVISIBLE, COVERED = "drawn without ink", "covered"
HIDDEN_ANNOTATION, SCALED_AWAY = "in an annotation that is not shown", "without size"

Pixels = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A text object: the pointer to it, and how it is drawn.

    Attributes:
        colour: Red, green, blue of what can be seen of its letters, or None for a
            pattern.
        alpha: From 0, transparent, to 255.
        mode: Text render mode.
        layer: Whether it is on a layer that can be switched off.
        clip: Box that it is confined to, or None.
    """

    pointer: Pointer
    colour: tuple[int, int, int] | None
    alpha: int
    mode: int
    layer: bool
    clip: Box | None


@dataclass(frozen=True, slots=True)
class Content:
    """A page's text objects by their address, and its share covered by pictures."""

    texts: dict[int, Drawn]
    picture_share: float


def hidden_reasons(
    page: pdfium.PdfPage, chars: Sequence[Char], content: Content
) -> list[str | None]:
    """Return for each character what hides it, or None where it can be seen."""
    view = View.of(page)
    inked = [at for at, char in enumerate(chars) if _has_ink(char)]
    own = [at for at in inked if chars[at].drawn_by in content.texts]
    reasons: list[str | None] = [None] * len(chars)
    if not own:
        return reasons
    for at, is_on_page in zip(
        own, view.shows([chars[at].box for at in own]), strict=True
    ):
        reasons[at] = _reason_by_drawing(chars[at], content, is_on_page=is_on_page)
    looked_at = [at for at in own if reasons[at] is None]
    if looked_at:
        seen = _look(page, view, [chars[at] for at in looked_at], content)
        for at, reason in zip(looked_at, seen, strict=True):
            reasons[at] = reason
    if any(reasons):
        ink = set(inked)
        _judge_by_word(ink, reasons)
        _forgive_specks(chars, ink, reasons)
    return reasons


def _has_ink(char: Char) -> bool:
    return is_text(char.text) and not char.text.isspace()


def is_ocr_layer(
    chars: Sequence[Char], reasons: Sequence[str | None], content: Content
) -> bool:
    """Say whether the page is a picture with its recognised words laid under or over.

    Nobody sees those words, but they are what the picture shows: programs for text
    recognition leave them without ink, or below the picture. Where a page shows other
    text besides, it was set and not scanned, and what cannot be seen is hidden.
    """
    if content.picture_share < PICTURE_SHARE:
        return False
    inked = [
        reason
        for char, reason in zip(chars, reasons, strict=True)
        if is_text(char.text) and not char.text.isspace()
    ]
    unseen = sum(reason in (INVISIBLE, COVERED) for reason in inked)
    return unseen > 0 and unseen >= OCR_SHARE * len(inked)


def hidden_runs(
    chars: Sequence[Char], reasons: Sequence[str | None]
) -> Iterator[tuple[str, str]]:
    """Yield words that stand side by side and are hidden alike, and what hides them."""
    solid = [
        (char, reason)
        for char, reason in zip(chars, reasons, strict=True)
        if reason is not None or char.text.isspace() or is_text(char.text)
    ]
    words, last = "", None
    for char, reason in solid:
        if char.text.isspace():
            words += " "
            continue
        if reason != last:
            if last is not None:
                yield " ".join(words.split()), last
            words, last = "", reason
        words += char.text
    if last is not None:
        yield " ".join(words.split()), last


# --- told by how it is drawn ----------------------------------------------------------


def _reason_by_drawing(char: Char, content: Content, *, is_on_page: bool) -> str | None:
    """Return what hides a character by the way it is drawn, or None."""
    drawn = content.texts[char.drawn_by]
    if char.size < MIN_SIZE_PT:
        return f"set in under {MIN_SIZE_PT} pt"
    if char.width_scale < MIN_WIDTH:
        return "without width"
    if not is_on_page:
        return "outside the page"
    if drawn.mode in (_INVISIBLE, _CLIP_ONLY):
        return INVISIBLE
    if drawn.alpha < MIN_ALPHA:
        return "transparent"
    return None


# --- told by looking ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class View:
    """How points of a page become pixels: `x = a * px + c * py + e`, and so on."""

    width: int
    height: int
    matrix: tuple[float, float, float, float, float, float]

    @classmethod
    def of(cls, page: pdfium.PdfPage) -> View:
        """Return the view of a page at the scale that it is looked at."""
        width, height = page.get_size()
        scale = min(SCALE, math.sqrt(MAX_PIXELS / max(width * height, 1.0)))
        size = max(1, math.ceil(width * scale)), max(1, math.ceil(height * scale))
        fine = 1000  # the conversion rounds to whole pixels
        corners = [
            _to_device(page, (size[0] * fine, size[1] * fine), point)
            for point in ((0.0, 0.0), (1000.0, 0.0), (0.0, 1000.0))
        ]
        (e, f), (ax, ay), (cx, cy) = [(x / fine, y / fine) for x, y in corners]
        per_point = ((ax - e) / 1000, (ay - f) / 1000, (cx - e) / 1000, (cy - f) / 1000)
        return cls(*size, (*per_point, e, f))

    def boxes(self, boxes: Sequence[Box]) -> npt.NDArray[np.float64]:
        """Return boxes in pixels, from the upper left; shape (len(boxes), 4)."""
        a, b, c, d, e, f = self.matrix
        points = np.asarray(boxes, dtype=np.float64)
        x = points[:, [0, 2]] * a + points[:, [1, 3]] * c + e
        y = points[:, [0, 2]] * b + points[:, [1, 3]] * d + f
        sides = x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)
        return np.stack(sides, axis=1)

    def shows(self, boxes: Sequence[Box]) -> list[bool]:
        """Say of each box whether any of it is on the page."""
        x0, y0, x1, y1 = self.boxes(boxes).T
        inside = (x1 > 0) & (x0 < self.width) & (y1 > 0) & (y0 < self.height)
        found: list[bool] = inside.tolist()
        return found

    def draw(self, page: pdfium.PdfPage) -> Pixels:
        """Return the page as it looks; shape (height, width, 4): blue, green, red."""
        bitmap = pdfium.PdfBitmap.new_native(
            self.width, self.height, pdfium_c.FPDFBitmap_BGRx
        )
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, self.width, self.height)
        pdfium_c.FPDF_RenderPageBitmap(
            bitmap.raw, page.raw, 0, 0, self.width, self.height, 0, pdfium_c.FPDF_ANNOT
        )
        pixels: Pixels = bitmap.to_numpy()
        return pixels


def _to_device(
    page: pdfium.PdfPage, size: tuple[int, int], point: tuple[float, float]
) -> tuple[int, int]:
    x, y = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, *point, x, y)
    return x.value, y.value


def _look(
    page: pdfium.PdfPage, view: View, chars: Sequence[Char], content: Content
) -> list[str | None]:
    """Return what hides each of these characters, from two pictures of the page."""
    whole = view.draw(page)
    bare = _draw_without(page, view, content, content.texts)
    boxes = _whole_pixels(view, [char.box for char in chars])
    traces = _traces(whole, bare, boxes)
    buried = _buried(page, view, whole, chars, boxes, content)
    contrasts = _contrasts(bare, boxes, [content.texts[c.drawn_by] for c in chars])
    reasons: list[str | None] = []
    for at, char in enumerate(chars):
        drawn = content.texts[char.drawn_by]
        faint = contrasts[at] < MIN_CONTRAST
        if traces[at] and not faint and at not in buried:
            reasons.append(None)
        elif faint and not buried.get(at):
            reasons.append(_faint(bare, boxes[at], drawn))
        else:
            reasons.append(_out_of_sight(char, drawn))
    return reasons


def _draw_without(
    page: pdfium.PdfPage,
    view: View,
    content: Content,
    left_out: Iterable[int],
) -> Pixels:
    """Return the page as it looks without the text objects at these addresses."""
    pointers = [content.texts[at].pointer for at in left_out]
    for pointer in pointers:
        pdfium_c.FPDFPageObj_SetIsActive(pointer, False)
    drawn = view.draw(page)
    for pointer in pointers:
        pdfium_c.FPDFPageObj_SetIsActive(pointer, True)
    return drawn


def _whole_pixels(view: View, boxes: Sequence[Box]) -> npt.NDArray[np.int64]:
    """Return boxes as rows of x0, y0, x1, y1 in whole pixels, the end exclusive."""
    found = view.boxes(boxes)
    low, high = np.floor(found[:, :2]), np.ceil(found[:, 2:])
    sides = np.concatenate([low, high], axis=1)
    edges = np.array([view.width, view.height, view.width, view.height])
    pixels: npt.NDArray[np.int64] = np.clip(sides, 0, edges).astype(np.int64)
    return pixels


def _traces(
    one: Pixels, other: Pixels, boxes: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return in how many pixels of each box two pictures differ; shape (len(boxes),).

    Most pixels of a page are paper and the same in both, so that only those that are
    not are compared colour by colour.
    """
    # Margins, and what lies between few boxes, need not be looked at.
    (left, top), (right, low) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    one = np.ascontiguousarray(one[top:low, left:right])
    other = np.ascontiguousarray(other[top:low, left:right])
    height, width = one.shape[:2]
    flat, flat_other = one.reshape(-1, 4), other.reshape(-1, 4)
    differing = np.flatnonzero(flat.view(np.uint32) != flat_other.view(np.uint32))
    a, b = flat[differing], flat_other[differing]
    apart = (np.maximum(a, b) - np.minimum(a, b)) > MIN_TRACE
    inked = differing[apart[:, 0] | apart[:, 1] | apart[:, 2]]
    sums = np.zeros((height + 1, width + 1), dtype=np.int32)
    sums[1 + inked // width, 1 + inked % width] = 1
    np.cumsum(sums, axis=0, out=sums)
    np.cumsum(sums, axis=1, out=sums)
    x0, y0, x1, y1 = (boxes - np.array([left, top, left, top])).T
    found: npt.NDArray[np.int64] = (
        sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0]
    ).astype(np.int64)
    return found


def _contrasts(
    bare: Pixels,
    boxes: npt.NDArray[np.int64],
    drawn: Sequence[Drawn],
) -> npt.NDArray[np.int64]:
    """Return how far each character's colour is from the page at its box.

    The page is looked at in five places of the box and the farthest one counts; 255
    for a pattern, and for letters that are outlined.
    """
    colours = np.array([d.colour or (0, 0, 0) for d in drawn], dtype=np.int16)
    x0, y0, x1, y1 = boxes.T
    right, low = np.maximum(x1 - 1, x0), np.maximum(y1 - 1, y0)
    edge_y, edge_x = bare.shape[0] - 1, bare.shape[1] - 1
    farthest = np.zeros(len(boxes), dtype=np.int64)
    for x, y in (
        ((x0 + right) // 2, (y0 + low) // 2),
        (x0, y0),
        (right, y0),
        (x0, low),
        (right, low),
    ):
        seen = bare[np.minimum(y, edge_y), np.minimum(x, edge_x), 2::-1]
        farthest = np.maximum(
            farthest, np.abs(seen.astype(np.int16) - colours).max(axis=1)
        )
    plain = [d.colour is not None and d.mode in (0, 4) for d in drawn]
    return np.where(plain, farthest, 255)


def _buried(
    page: pdfium.PdfPage,
    view: View,
    whole: Pixels,
    chars: Sequence[Char],
    boxes: npt.NDArray[np.int64],
    content: Content,
) -> dict[int, bool]:
    """Return the characters that lie unseen below the letters of others.

    The ink of those above stands in their boxes, so that the page is drawn once more
    without what lies below: where nothing changes, it was covered.
    """
    shared = _overprinted(chars, content)
    if not shared:
        return {}
    below = {chars[at].drawn_by for at in shared}
    without = _draw_without(page, view, content, below)
    traces = _traces(whole, without, boxes[shared])
    return {at: True for at, trace in zip(shared, traces, strict=True) if not trace}


def _overprinted(chars: Sequence[Char], content: Content) -> list[int]:
    """Return which characters have those of a later text object over them."""
    order = {key: at for at, key in enumerate(content.texts)}
    rank = np.array([order[char.drawn_by] for char in chars])
    boxes = np.array([char.box for char in chars])
    ranks, first = np.unique(np.sort(rank), return_index=True)
    by_rank = np.argsort(rank, kind="stable")
    low = np.minimum.reduceat(boxes[by_rank, :2], first, axis=0)
    high = np.maximum.reduceat(boxes[by_rank, 2:], first, axis=0)
    found: list[int] = []
    for start in range(0, len(ranks), TEXTS_AT_ONCE):
        some = slice(start, start + TEXTS_AT_ONCE)
        meets = (
            (low[None, :, 0] < high[some, None, 0])
            & (low[None, :, 1] < high[some, None, 1])
            & (high[None, :, 0] > low[some, None, 0])
            & (high[None, :, 1] > low[some, None, 1])
        )
        meets = np.triu(meets, 1 + start)  # those drawn later
        for at in np.flatnonzero(meets.any(axis=1)):
            below = np.flatnonzero(rank == ranks[start + at])
            above = boxes[np.isin(rank, ranks[meets[at]])]
            found += [int(i) for i in below if _is_below(boxes[i], above)]
    return found


def _is_below(box: npt.NDArray[np.float64], above: npt.NDArray[np.float64]) -> bool:
    """Say whether a good part of `box` is in one of those above; shape (n, 4)."""
    shared = np.minimum(box[2:], above[:, 2:]) - np.maximum(box[:2], above[:, :2])
    covered = np.clip(shared, 0, None).prod(axis=1).max()
    return bool(covered > OVERLAP * (box[2:] - box[:2]).prod())


def _faint(bare: Pixels, box: npt.NDArray[np.int64], drawn: Drawn) -> str:
    """Return the reason of a character in the colour of its background."""
    white = (255, 255, 255)
    x0, y0 = min(box[0], bare.shape[1] - 1), min(box[1], bare.shape[0] - 1)
    on_white = tuple(bare[y0, x0, :3]) == white
    if drawn.colour == white and on_white:
        return "white on white"
    return "in the colour of its background"


def _out_of_sight(char: Char, drawn: Drawn) -> str:
    """Return the likeliest reason of a character that leaves no trace."""
    if drawn.layer:
        return "on a layer that is switched off"
    if drawn.clip is not None and not _overlap(char.box, drawn.clip):
        return "clipped"
    return COVERED


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _judge_by_word(ink: Set[int], reasons: list[str | None]) -> None:
    """Hide the letters that stick out of a word that is hidden for the most part."""
    for is_word, group in groupby(range(len(reasons)), key=ink.__contains__):
        word = list(group)
        unseen = [reasons[i] for i in word if reasons[i] is not None]
        if is_word and len(word) > len(unseen) >= MOST_OF_A_WORD * len(word):
            for i in word:
                reasons[i] = reasons[i] or unseen[0]


def _forgive_specks(
    chars: Sequence[Char], ink: Set[int], reasons: list[str | None]
) -> None:
    """Count short unseen stretches of a line as seen, such as a full stop on a rule."""
    for is_hidden, group in groupby(
        range(len(chars)),
        key=lambda i: reasons[i] is not None or i not in ink,
    ):
        run = list(group)
        letters = sum(chars[i].text.isalnum() for i in run if reasons[i])
        if is_hidden and letters < MIN_RUN and len(run) < len(chars):
            for i in run:
                if reasons[i] in _SEEN_REASONS:
                    reasons[i] = None


_SEEN_REASONS = frozenset(
    {COVERED, "clipped", "in the colour of its background", "white on white"}
)


# --- what a page is made of -----------------------------------------------------------


def read_content(page: pdfium.PdfPage) -> Content:
    """Return the text objects of a page, in the order they are drawn."""
    texts: dict[int, Drawn] = {}
    width, height = page.get_size()
    pictures = 0.0
    for pointer, scale, layer in _objects(_page_objects(page.raw), 1.0, 0, False):
        kind = pdfium_c.FPDFPageObj_GetType(pointer)
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            texts[address(pointer)] = _drawn(pointer, layer)
        elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            x0, y0, x1, y1 = _bounds(pointer)
            pictures += abs((x1 - x0) * (y1 - y0)) * scale
    return Content(texts, min(1.0, pictures / max(width * height, 1.0)))


def _page_objects(raw: Pointer) -> Iterator[Pointer]:
    for at in range(pdfium_c.FPDFPage_CountObjects(raw)):
        yield pdfium_c.FPDFPage_GetObject(raw, at)


def _form_objects(form: Pointer) -> Iterator[Pointer]:
    for at in range(pdfium_c.FPDFFormObj_CountObjects(form)):
        yield pdfium_c.FPDFFormObj_GetObject(form, at)


def _objects(
    pointers: Iterator[Pointer], scale: float, depth: int, layer: bool
) -> Iterator[tuple[Pointer, float, bool]]:
    """Yield each object with the area scale of its forms and whether it has a layer."""
    for pointer in pointers:
        layered = layer or _on_layer(pointer)
        if pdfium_c.FPDFPageObj_GetType(pointer) != pdfium_c.FPDF_PAGEOBJ_FORM:
            yield pointer, scale, layered
        elif depth < MAX_DEPTH:
            matrix = pdfium_c.FS_MATRIX(1, 0, 0, 1, 0, 0)
            pdfium_c.FPDFPageObj_GetMatrix(pointer, matrix)
            inner = scale * abs(matrix.a * matrix.d - matrix.b * matrix.c)
            inside = _form_objects(pointer)
            yield from _objects(inside, inner, depth + 1, layered)


def _drawn(pointer: Pointer, layer: bool) -> Drawn:
    """Return how a text object is drawn."""
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(pointer)
    fill, stroke = _colour(pointer, stroke=False), _colour(pointer, stroke=True)
    shown = stroke if mode == _STROKE else fill
    alphas = [c[3] for c in (fill, stroke) if c is not None]
    alpha = max(alphas, default=255) if mode in (2, 6) else (shown or (0, 0, 0, 255))[3]
    return Drawn(
        pointer=pointer,
        colour=None if shown is None else shown[:3],
        alpha=alpha,
        mode=mode,
        layer=layer,
        clip=_clip(pointer),
    )


def _colour(pointer: Pointer, *, stroke: bool) -> tuple[int, int, int, int] | None:
    values = [ctypes.c_uint() for _ in range(4)]
    get = pdfium_c.FPDFPageObj_GetFillColor
    if stroke:
        get = pdfium_c.FPDFPageObj_GetStrokeColor
    if not get(pointer, *values):
        return None
    red, green, blue, alpha = (value.value for value in values)
    return red, green, blue, alpha


def _bounds(pointer: Pointer) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium_c.FPDFPageObj_GetBounds(pointer, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _on_layer(pointer: Pointer) -> bool:
    """Say whether a mark of the object names an optional content group."""
    name, length = ctypes.create_string_buffer(16), ctypes.c_ulong()
    for at in range(pdfium_c.FPDFPageObj_CountMarks(pointer)):
        mark = pdfium_c.FPDFPageObj_GetMark(pointer, at)
        wide = ctypes.cast(name, ctypes.POINTER(ctypes.c_ushort))
        pdfium_c.FPDFPageObjMark_GetName(mark, wide, len(name), length)
        if name.raw[: length.value].decode("utf-16-le", "replace").rstrip("\0") == "OC":
            return True
    return False


def _clip(pointer: Pointer) -> Box | None:
    """Return the box around the path that an object is clipped to, or None."""
    path = pdfium_c.FPDFPageObj_GetClipPath(pointer)
    if not path:
        return None
    box: Box | None = None
    for at in range(max(0, pdfium_c.FPDFClipPath_CountPaths(path))):
        points = list(_clip_points(path, at))
        if not points:
            continue
        xs, ys = [x for x, _ in points], [y for _, y in points]
        own = min(xs), min(ys), max(xs), max(ys)
        box = own if box is None else _common(box, own)
    return box


def _common(a: Box, b: Box) -> Box:
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def _clip_points(path: Pointer, at: int) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(pdfium_c.FPDFClipPath_CountPathSegments(path, at)):
        segment = pdfium_c.FPDFClipPath_GetPathSegment(path, at, i)
        if pdfium_c.FPDFPathSegment_GetPoint(segment, x, y):
            yield x.value, y.value


# --- words that are not among the characters ------------------------------------------


def flattened_words(page: pdfium.PdfPage, content: Content, known: set[int]) -> str:
    """Return the words of text objects that are scaled to nothing.

    pdfium leaves those out of a page's characters, so that they are given a size here;
    the page cannot be drawn any more afterwards.
    """
    flat = [
        drawn.pointer
        for key, drawn in content.texts.items()
        if key not in known and _is_flat(_bounds(drawn.pointer))
    ]
    if not flat:
        return ""
    for line, pointer in enumerate(flat):
        upright = pdfium_c.FS_MATRIX(1, 0, 0, 1, 20, 20 + 30 * line)
        pdfium_c.FPDFPageObj_SetMatrix(pointer, upright)
        pdfium_c.FPDFTextObj_SetFontSize(pointer, 10)
    wanted = {address(pointer) for pointer in flat}
    text_page = page.get_textpage()
    chars = [c for c in read_chars(text_page) if c.drawn_by in wanted]
    text_page.close()
    return "".join(c.text for c in chars)


def _is_flat(box: Box) -> bool:
    return box[2] - box[0] < 0.1 or box[3] - box[1] < 0.1


def hidden_annotations(page: pdfium.PdfPage) -> Iterator[str]:
    """Yield the words of annotations that are not shown."""
    for at in range(pdfium_c.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, at)
        if not annotation:
            continue
        if pdfium_c.FPDFAnnot_GetFlags(annotation) & _ANNOTATION_UNSEEN:
            yield _contents(annotation)
        pdfium_c.FPDFPage_CloseAnnot(annotation)


def _contents(annotation: Pointer) -> str:
    size = pdfium_c.FPDFAnnot_GetStringValue(annotation, b"Contents", None, 0)
    if not 2 < size < 200_000:
        return ""
    buffer = ctypes.create_string_buffer(size)
    wide = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    pdfium_c.FPDFAnnot_GetStringValue(annotation, b"Contents", wide, size)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")
