"""Pages are drawn as their files print them, within limits, and kept a while."""

from __future__ import annotations

import io
import signal
import threading
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image
from tests.fakes_index import LINES, write_objects, write_pdf

from coi_qa.adapters import page_images
from coi_qa.adapters.page_images import DrawingLimits, PageImages
from coi_qa.domain.picture import UPRIGHT, flip, place
from coi_qa.errors import BusyError, Refusal, UnreadableReportError

GOLDEN = Path(__file__).parents[2] / "golden"


def draw(path, *, number=1, scale=1, images=None):
    images = images or PageImages()
    return images.draw(path, report_id=path.name, number=number, scale=scale)


def opened(picture):
    return Image.open(io.BytesIO(picture.png))


@pytest.fixture
def report(tmp_path):
    return write_pdf(tmp_path / "report.pdf")


def test_a_page_is_drawn_at_both_scales(report):
    plain, dense = draw(report), draw(report, scale=2)

    assert (opened(plain).size, opened(dense).size) == ((893, 1263), (1785, 2526))
    assert (plain.width, plain.height, plain.placing) == (595, 842, UPRIGHT)


def test_a_page_of_black_and_white_is_kept_in_grey(report):
    assert opened(draw(report)).mode == "L"


def test_colours_stay(tmp_path):
    drawn = "1 0 0 rg 0 0 100 50 re f"
    path = write_objects(
        tmp_path / "red.pdf",
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
    )

    picture = opened(draw(path))

    assert picture.getpixel((75, 20)) == (255, 255, 255)
    assert picture.getpixel((75, 130)) == (255, 0, 0)


def turned(path, angle, crop):
    """Write a page of one line that is turned and cropped."""
    drawn = "BT /F1 24 Tf 180 420 Td (Policja zatrzymala) Tj ET"
    return write_objects(
        path,
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/CropBox[{crop}]"
        f"/Rotate {angle}/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


def ink_outside(path, placing=None):
    """Return the share of a picture's ink that is in no character's box."""
    picture = draw(path)
    image = opened(picture).convert("L").point(lambda value: 255 - value)
    everything = sum(at * count for at, count in enumerate(image.histogram()))
    scale = image.width / picture.width
    text = pdfium.PdfDocument(path)[0].get_textpage()
    for at in range(text.count_chars()):
        box = place(text.get_charbox(at), placing or picture.placing)
        x0, y0, x1, y1 = flip(box, height=picture.height)
        image.paste(
            0,
            (
                int(x0 * scale) - 1,
                int(y0 * scale) - 1,
                int(x1 * scale) + 2,
                int(y1 * scale) + 2,
            ),
        )
    left = sum(at * count for at, count in enumerate(image.histogram()))
    assert everything
    return left / everything


@pytest.mark.parametrize("crop", ["0 0 595 842", "100 300 500 700"])
@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_boxes_are_placed_on_the_ink_of_turned_and_cropped_pages(tmp_path, angle, crop):
    path = turned(tmp_path / "turned.pdf", angle, crop)

    assert ink_outside(path) == 0


def test_without_placing_they_would_not_be(tmp_path):
    path = turned(tmp_path / "turned.pdf", 90, "100 300 500 700")

    assert ink_outside(path, placing=UPRIGHT) > 0.5


def test_a_passworded_report_is_drawn_with_its_password():
    images = PageImages(passwords=["nie to", "tajne"])

    assert opened(draw(GOLDEN / "locked.pdf", images=images)).size == (600, 600)


def test_without_it_it_is_refused():
    with pytest.raises(UnreadableReportError) as refused:
        draw(GOLDEN / "locked.pdf", images=PageImages(passwords=["nie to"]))

    assert refused.value.refusal is Refusal.PASSWORD_NEEDED
    assert "nie to" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "number"), [("cut.pdf", 1), ("marks.pdf", 99), ("gone.pdf", 1)]
)
def test_a_page_that_cannot_be_drawn_is_refused(name, number):
    with pytest.raises(UnreadableReportError):
        draw(GOLDEN / name, number=number)


def test_a_huge_page_gives_a_picture_of_bounded_size(tmp_path):
    path = write_objects(
        tmp_path / "huge.pdf",
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 14400 14400]>>",
    )

    width, height = opened(draw(path, scale=2)).size

    assert width * height <= page_images.MOST_PIXELS * 1.01


def swelling(path):
    """Write a page whose forms draw each other eight at a time, ten levels down."""
    levels = 10
    forms = [
        f"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject"
        f"<</X {at + 1} 0 R>>>>/Length 50>>stream\n{'/X Do ' * 8:<50}\nendstream"
        for at in range(4, 4 + levels)
    ]
    last = "0 0 595 842 re f"
    return write_objects(
        path,
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</XObject<</X 5 0 R>>>>>>",
        *forms,
        f"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Length {len(last)}>>"
        f"stream\n{last}\nendstream",
    )


def toiling(path, *, shapes=100_000):
    """Write a page with so many shapes all over it that drawing them takes minutes."""
    drawn = "0 0 m 595 400 l 1 842 l 300 0 l 594 800 l f\n" * shapes
    return write_objects(
        path,
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
    )


@pytest.mark.parametrize(
    ("write", "limits", "ended"),
    [
        (toiling, DrawingLimits(cpu_s=1), f"ended with {-signal.SIGXCPU}"),
        (toiling, DrawingLimits(cpu_s=600, wall_s=3), "not drawn within 3 s"),
        (swelling, DrawingLimits(cpu_s=600), f"ended with {-signal.SIGABRT}"),
    ],
)
def test_a_page_that_costs_too_much_is_given_up(tmp_path, write, limits, ended):
    path = write(tmp_path / "costly.pdf")

    with pytest.raises(UnreadableReportError, match=ended) as refused:
        draw(path, images=PageImages(limits=limits))

    assert refused.value.refusal is Refusal.TOO_HEAVY


def test_such_a_page_is_drawn_where_it_costs_little(tmp_path):
    path = toiling(tmp_path / "cheap.pdf", shapes=10)

    assert draw(path, images=PageImages(limits=DrawingLimits(cpu_s=1))).width == 595


def test_a_page_is_drawn_once_and_kept(report):
    images = PageImages()

    first, again = draw(report, images=images), draw(report, images=images)

    assert again is first
    assert images.kept_bytes == len(first.png)


def test_what_is_kept_is_bounded_and_the_oldest_goes(tmp_path):
    paths = [
        write_pdf(tmp_path / f"{at}.pdf", [*LINES, f"numer {at}"]) for at in range(3)
    ]
    one = len(draw(paths[0]).png)
    images = PageImages(most_bytes=int(2.5 * one))
    kept = [draw(path, images=images) for path in paths[:2]]
    draw(paths[0], images=images)  # seen again, so the second is the oldest
    draw(paths[2], images=images)

    assert images.kept_bytes <= int(2.5 * one)
    assert draw(paths[0], images=images) is kept[0]
    assert draw(paths[1], images=images) is not kept[1]


def test_a_failure_is_kept_too(monkeypatch):
    images = PageImages()
    with pytest.raises(UnreadableReportError):
        draw(GOLDEN / "cut.pdf", images=images)
    monkeypatch.setattr(page_images, "CHILD_MODULE", "no.such.module")

    with pytest.raises(UnreadableReportError) as again:
        draw(GOLDEN / "cut.pdf", images=images)

    assert again.value.refusal is Refusal.DAMAGED


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"nonsense",
        b'{"width":595,"height":842,"width_px":1,"height_px":1,"placing":[1]}\nPNG',
        b'{"refusal":"no such kind","reason":"?"}\n',
        b"[[[[[",
    ],
)
def test_what_the_child_writes_is_not_taken_on_trust(monkeypatch, report, said):
    monkeypatch.setattr(page_images, "_run_child", lambda *_, **__: (0, said))

    with pytest.raises(UnreadableReportError):
        draw(report)


def test_who_waits_too_long_for_a_turn_is_told_to_come_back(monkeypatch, report):
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_, **__):
        begun.set()
        go_on.wait(30)
        return 1, b""

    monkeypatch.setattr(page_images, "_run_child", slow)
    monkeypatch.setattr(page_images, "WAIT_S", 0.05)
    images = PageImages()

    def first():
        with pytest.raises(UnreadableReportError):
            draw(report, images=images)

    thread = threading.Thread(target=first)
    thread.start()
    begun.wait(30)
    with pytest.raises(BusyError):
        draw(report, images=images, scale=2)
    go_on.set()
    thread.join()
