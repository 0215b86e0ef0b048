"""Pictures that real programs made are measured, and nothing else is believed."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from repoweb.chat.files import IMAGES
from repoweb.chat.pictures import HEAD, HIGHEST, WIDEST, picture_size, shown_size

FORMATS = {
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
}
ORIENTATION = 0x0112


def picture(kind, size, **options):
    """Make a picture with real pixels."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(
        file, FORMATS[kind], **options
    )
    return file.getvalue()


def exif(orientation, order="<"):
    """An Exif block, as cameras of both byte orders write it."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(order + "HHIHH", ORIENTATION, 3, 1, orientation, 0)
    return b"Exif\0\0" + mark + struct.pack(order + "IH", 8, 1) + entry + bytes(4)


def test_every_kind_that_is_shown_is_measured():
    assert set(FORMATS) == IMAGES


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("size", [(1, 1), (64, 48), (301, 17), (17, 301), (700, 500)])
def test_the_size_is_that_of_the_picture(kind, size):
    assert picture_size(kind, picture(kind, size)[:HEAD]) == size


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("image/jpeg", {"progressive": True}),
        ("image/jpeg", {"comment": b"\xff\xc0 no frame " * 2000}),
        ("image/jpeg", {"icc_profile": b"p" * 150_000}),
        ("image/webp", {"lossless": True}),
        ("image/webp", {"lossless": True, "icc_profile": b"p" * 100}),
        ("image/gif", {"interlace": 1}),
    ],
)
def test_variants_are_understood(kind, options):
    assert picture_size(kind, picture(kind, (123, 45), **options)[:HEAD]) == (123, 45)


def test_a_transparent_webp_is_measured():
    file = io.BytesIO()
    Image.new("RGBA", (33, 44), (1, 2, 3, 4)).save(file, "WEBP")

    assert picture_size("image/webp", file.getvalue()) == (33, 44)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("orientation", "size"),
    [(n, (40, 30)) for n in (1, 2, 3, 4)] + [(n, (30, 40)) for n in (5, 6, 7, 8)],
)
def test_a_photograph_is_turned_as_browsers_turn_it(orientation, size, order):
    content = picture("image/jpeg", (40, 30), exif=exif(orientation, order))

    assert picture_size("image/jpeg", content) == size


@pytest.mark.parametrize("kind", FORMATS)
def test_another_kind_than_it_claims_to_be_has_no_size(kind):
    other = "image/gif" if kind == "image/png" else "image/png"

    assert picture_size(other, picture(kind, (5, 5))) is None


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 0, 5)),
        ("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 5, 2**31)),
        ("image/gif", b"GIF89a\0\0\0\0"),
        ("text/plain", b"GIF89a\5\0\5\0"),
        ("image/jpeg", b"\xff\xd8" + b"\xff" * 50_000),
        ("image/jpeg", b"\xff\xd8" + b"\xff\xe0\0\0" * 50_000),
    ],
)
def test_nonsense_has_no_size(kind, content):
    assert picture_size(kind, content) is None


@given(st.sampled_from(sorted(FORMATS)), st.binary(max_size=400))
def test_no_bytes_are_an_error(kind, content):
    size = picture_size(kind, content)

    assert size is None or all(0 < side <= 65_535 for side in size)


MADE = {kind: picture(kind, (60, 40)) for kind in FORMATS}


@given(st.sampled_from(sorted(FORMATS)), st.data())
def test_no_beginning_is_an_error(kind, data):
    content = MADE[kind]
    head = content[: data.draw(st.integers(0, len(content)))]

    assert picture_size(kind, head) in {None, (60, 40)}


@given(st.sampled_from(sorted(FORMATS)), st.data())
def test_no_damage_is_an_error(kind, data):
    content = bytearray(MADE[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(
            st.integers(0, 255)
        )

    size = picture_size(kind, bytes(content))

    assert size is None or all(0 < side <= 65_535 for side in size)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((100, 50), (100, 50)),
        ((WIDEST, HIGHEST), (WIDEST, HIGHEST)),
        ((4000, 3000), (480, 360)),
        ((4800, 1200), (480, 120)),
        ((1000, 4000), (90, 360)),
        ((65_535, 1), (480, 1)),
        ((None, None), None),
    ],
)
def test_a_picture_is_scaled_down_to_the_room_it_gets(size, shown):
    assert shown_size(*size) == shown
