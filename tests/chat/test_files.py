"""What attachments are called, and what kind they are."""

import pytest

from repoweb.chat import files

WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "
AVIF = b"\x00\x00\x00\x1cftypavif"


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("a.txt", "a.txt"),
        ("dir/a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\bob\\a.txt", "a.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
        ("a\0b.txt", "ab.txt"),
        ("a\"b'c.txt", "a\"b'c.txt"),
        ("naïve 😀.txt", "naïve 😀.txt"),
        ("gnp.\u202etxt", "gnp.txt"),
        ("  a.txt  ", "a.txt"),
        ("", "unnamed"),
        (".", "unnamed"),
        ("..", "unnamed"),
        ("/", "unnamed"),
        ("\x01\x02", "unnamed"),
        (".hidden", ".hidden"),
        ("a;b=c&d?e#f%00g", "a;b=c&d?e#f%00g"),
    ],
)
def test_a_name_is_its_last_part_without_what_confuses(name, cleaned):
    assert files.clean_name(name) == cleaned


def test_a_name_of_5000_characters_is_cut_and_keeps_its_ending():
    cleaned = files.clean_name("x" * 5000 + ".tar.gz")

    assert len(cleaned) == files.LONGEST_NAME
    assert cleaned.endswith("x.gz")


def test_a_long_ending_is_cut_like_any_name():
    assert files.clean_name("x." + "y" * 5000) == "x." + "y" * (files.LONGEST_NAME - 2)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (WEBP, "image/webp"),
        (AVIF, "image/avif"),
        (b"\x89PNG", "text/plain"),
        (b"GIF90a", "text/plain"),
        (b"RIFF\x10\x00\x00\x00WAVE", "application/octet-stream"),
        (b"", "text/plain"),
        (b"plain", "text/plain"),
        (b"a\0b", "application/octet-stream"),
    ],
)
def test_a_picture_is_known_by_its_bytes(head, kind):
    assert files.kind_of("file", head) == kind


@pytest.mark.parametrize(
    "name", ["a.png", "a.jpg", "a.gif", "a.webp", "a.avif", "a.PNG"]
)
@pytest.mark.parametrize("head", [b"<script>alert(1)</script>", b"\0\1\2"])
def test_nothing_else_is_a_picture_by_its_name(name, head):
    assert not files.is_image(files.kind_of(name, head))


@pytest.mark.parametrize(
    ("stored", "served", "inline"),
    [
        ("image/png", "image/png", True),
        ("image/jpeg", "image/jpeg", True),
        ("text/plain", "text/plain", True),
        ("text/x-patch", "text/plain", True),
        ("text/javascript", "text/plain", True),
        ("text/html", "application/octet-stream", False),
        ("image/svg+xml", "application/octet-stream", False),
        ("application/pdf", "application/octet-stream", False),
        ("application/xhtml+xml", "application/octet-stream", False),
        ("IMAGE/PNG", "application/octet-stream", False),
        ("Text/HTML", "application/octet-stream", False),
        ("", "application/octet-stream", False),
        (None, "application/octet-stream", False),
    ],
)
def test_only_pictures_and_plain_text_are_shown(stored, served, inline):
    """The stored type may be one that another program wrote, as its sender claimed."""
    assert files.served_type(stored) == served
    assert files.is_shown_inline(stored) is inline
