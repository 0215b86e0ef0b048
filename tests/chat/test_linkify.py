"""Text becomes HTML with nothing in it but links; what was typed stays."""

import html
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from repoweb.chat.linkify import MOST_TARGETS, linkify
from repoweb.repository.targets import Target

NAMED = {
    "abcd": Target("/info/abcd", "Check-in by drh"),
    "Home Page": Target("/info/1234", "Wiki page & more"),
    "http://x.org/": Target("http://x.org/", "http://x.org/"),
    "/timeline": Target("/timeline", "Page /timeline of this site"),
    "mailto:a@b.c": Target("mailto:a@b.c", "mailto:a@b.c"),
    "x<y": Target("/info/5678", "\"x<y'"),
}
OUTSIDE = ' target="_blank" rel="noopener nofollow"'


def shown(text, base=""):
    return str(linkify(text, NAMED.get, base))


def linked(url):
    return f'<a href="{url}"{OUTSIDE}>{url}</a>'


class TestAnAddress:
    """The vectors of FOSSIL.md 8.4."""

    @pytest.mark.parametrize(
        ("text", "result"),
        [
            ("see http://x.org/a. ok", f"see {linked('http://x.org/a')}. ok"),
            ("http://x.org/", linked("http://x.org/")),
            (
                "https://y.org/p?q=1&r=2, next",
                linked("https://y.org/p?q=1&amp;r=2") + ", next",
            ),
            ("(http://x.org/a)", f"({linked('http://x.org/a')})"),
            ("http://x.org/a!?", linked("http://x.org/a!") + "?"),
            ("http://x.org/a).", linked("http://x.org/a)") + "."),
            ("http://x.org/a_", linked("http://x.org/a") + "_"),
            ("http://x.org/a-", linked("http://x.org/a") + "-"),
            ("xhttp://x.org/y", "x" + linked("http://x.org/y")),
            ("HTTP://X.ORG", "HTTP://X.ORG"),
            ("http:", "http:"),
            ("https:", "https:"),
            ("http:// x", "http:// x"),
            (
                "http://a.b/c, http://d.e/f;",
                f"{linked('http://a.b/c')}, {linked('http://d.e/f')};",
            ),
        ],
    )
    def test_is_linked_as_in_december_2020(self, text, result):
        assert shown(text) == result

    @pytest.mark.parametrize(
        ("text", "result"),
        [
            ('"http://x.org/q"', f"&#34;{linked('http://x.org/q')}&#34;"),
            ("http://x.org/é", linked("http://x.org/") + "é"),
            ("http://x.org/日本", linked("http://x.org/日") + "本"),
            ("http://x.org/<b>", linked("http://x.org/&lt;b") + "&gt;"),
        ],
    )
    def test_is_found_by_characters_and_not_by_bytes(self, text, result):
        assert shown(text) == result

    @pytest.mark.parametrize(
        "text",
        [
            "http:abc",
            "http:/x",
            "https:x.org",
            "http://",
            "https://",
            "http://.",
            "https://é",
            "www.x.org",
            "ftp://x.org/",
            "mailto:a@b.c",
            "javascript:alert(1)",
            "file:///etc/passwd",
        ],
    )
    def test_needs_a_scheme_two_slashes_and_something_behind(self, text):
        assert shown(text) == text

    @pytest.mark.parametrize("blank", [" ", "\t", "\n", "\r\n", "\x0b", "\xa0"])
    def test_ends_at_a_blank(self, blank):
        text = f"http://x.org/a{blank}b"

        assert shown(text) == linked("http://x.org/a") + blank + "b"


class TestATarget:
    @pytest.mark.parametrize(
        ("text", "result"),
        [
            (
                "see [abcd].",
                'see <a href="/info/abcd" title="Check-in by drh">[abcd]</a>.',
            ),
            (
                "[abcd|the fix]",
                '<a href="/info/abcd" title="Check-in by drh">[abcd|the fix]</a>',
            ),
            (
                "[Home Page | the home]",
                '<a href="/info/1234" title="Wiki page &amp; more">'
                "[Home Page | the home]</a>",
            ),
            (
                "[abcd|<b>]",
                '<a href="/info/abcd" title="Check-in by drh">[abcd|&lt;b&gt;]</a>',
            ),
            (
                "[/timeline]",
                '<a href="/timeline" title="Page /timeline of this site">'
                "[/timeline]</a>",
            ),
            (
                "[http://x.org/|x]",
                f'<a href="http://x.org/" title="http://x.org/"{OUTSIDE}>'
                "[http://x.org/|x]</a>",
            ),
            (
                "[mailto:a@b.c]",
                f'<a href="mailto:a@b.c" title="mailto:a@b.c"{OUTSIDE}>'
                "[mailto:a@b.c]</a>",
            ),
            (
                "[x<y]",
                '<a href="/info/5678" title="&#34;x&lt;y&#39;">[x&lt;y]</a>',
            ),
            (
                "a[abcd][abcd]",
                'a<a href="/info/abcd" title="Check-in by drh">[abcd]</a>'
                '<a href="/info/abcd" title="Check-in by drh">[abcd]</a>',
            ),
            (
                "[[abcd]]",
                '[<a href="/info/abcd" title="Check-in by drh">[abcd]</a>]',
            ),
            (
                "[[abcd]",
                '[<a href="/info/abcd" title="Check-in by drh">[abcd]</a>',
            ),
        ],
    )
    def test_that_names_something_is_a_link(self, text, result):
        assert shown(text) == result

    @pytest.mark.parametrize(
        "text",
        [
            "[]",
            "[ ]",
            "[|]",
            "[|label]",
            "[nothing]",
            "[No Such Page]",
            "[No Such Page|label]",
            "[unclosed",
            "unopened]",
            "][",
            "[abcd",
            "[abcd|label",
            "[ab\ncd]",
            "[abcd\n]",
            "[javascript:alert(1)]",
            "[data:text/html,x]",
            "[//evil.example/]",
            "[" + "x" * 400 + "]",
            "[abcd|" + "x" * 400 + "]",
            "a[1]",
            "[x](y)",
        ],
    )
    def test_that_names_nothing_stays_text(self, text):
        assert shown(text) == text

    def test_that_names_nothing_may_hold_an_address(self):
        assert shown("[http://y.org/a b]") == f"[{linked('http://y.org/a')} b]"

    def test_within_the_site_lies_under_its_path(self):
        assert '<a href="/repo/info/abcd"' in shown("[abcd]", base="/repo")

    def test_elsewhere_does_not(self):
        assert '<a href="http://x.org/"' in shown("[http://x.org/]", base="/repo")

    def test_loses_the_blanks_before_the_bar(self):
        asked = []

        linkify("[a b \t|c][ d ]", asked.append)

        assert asked == ["a b", " d"]

    def test_is_looked_up_only_so_often(self):
        asked = []

        linkify("[x]" * (MOST_TARGETS + 50), asked.append)

        assert len(asked) == MOST_TARGETS

    def test_behind_too_many_others_stays_text(self):
        text = "[x]" * MOST_TARGETS + "[abcd] http://x.org/a"

        assert (
            shown(text) == "[x]" * MOST_TARGETS + f"[abcd] {linked('http://x.org/a')}"
        )


class Elements(HTMLParser):
    """Collects the tags, and the text outside of them."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = [], ""
        self.feed(str(markup))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.tags.append(("comment", data))

    handle_decl = handle_pi = unknown_decl = handle_comment


SAFE_URL = re.compile(r"(?:https?://|ftp://|mailto:|/(?![/\\]))[^\s<>\"']*")


def is_harmless(markup):
    """Whether there are only links and marks, with the attributes that we write."""
    return all(
        (
            tag == "a"
            and {name for name, _ in attributes} <= {"href", "title", "target", "rel"}
            and SAFE_URL.match(dict(attributes)["href"])
        )
        or (tag == "span" and [name for name, _ in attributes] == ["class", "data-at"])
        for tag, attributes in Elements(markup).tags
    )


def everybody(_login):
    """Know whoever is named."""
    return True


def resolve_anything(name):
    """Name everything that the repository might hold, whatever it is called."""
    return Target("/info/x", name) if name.strip() else None


pieces = st.sampled_from(
    [
        "[",
        "]",
        "|",
        "[[",
        "]]",
        "http://",
        "https://",
        "x.org",
        "/",
        "abcd",
        "@",
        "@bob",
        "&",
        "<",
        ">",
        '"',
        "'",
        "&amp;",
        "<b>",
        "é",
        "😀",
        ".",
        ")",
        "javascript:",
        "\\",
        "\x00",
        "\x7f",
        "\u2028",
        "=",
        "on",
        "`",
        "é",
    ]
)
blanks = st.sampled_from([" ", "\n", "\t", "\r", "Home Page"])
texts = st.one_of(st.text(), st.lists(pieces | blanks, max_size=30).map("".join))


steady = settings(deadline=None, derandomize=True)


class TestWhateverIsTyped:
    @steady
    @given(texts)
    @example("[x](y) [[abcd]|http://a.b/[c]]")
    def test_all_of_it_is_shown(self, text):
        markup = str(linkify(text, resolve_anything, is_user=everybody))

        assert html.unescape(re.sub(r"<[^<>]*>", "", markup)) == text

    @steady
    @given(texts)
    def test_there_are_only_links(self, text):
        assert is_harmless(linkify(text, resolve_anything, is_user=everybody))

    @steady
    @given(texts)
    def test_links_are_not_nested(self, text):
        markup = str(linkify(text, resolve_anything, is_user=everybody))

        tagged = r"<(a|span) [^<>]*>[^<>]+</(a|span)>"
        assert re.fullmatch(rf"([^<>]*{tagged})*[^<>]*", markup)


HOSTILE = [
    "[" * 65_536,
    "]" * 65_536,
    "[]" * 32_768,
    "[a" * 32_768,
    "[a|" * 21_845,
    "[a|b" * 16_384,
    "[" + "a" * 65_535,
    "[" + "a" * 299 + "]",
    ("[" + "a" * 299) * 218,
    ("[" + "a" * 300 + "]") * 217,
    "|" * 65_536,
    "[" + "|" * 65_534 + "]",
    "h" * 65_536,
    "http" * 16_384,
    "http:" * 13_107,
    "http:/" * 10_922,
    "http://" * 9_362,
    "https://" * 8_192,
    "http://x " * 7_281,
    "http://x. " * 6_553,
    "http://" + "." * 65_529,
    "http://" + "a." * 32_764,
    "http://é " * 7_281,
    "[http://" * 8_192,
    "[http://a]" * 6_553,
    "[http://a|" * 6_553,
    "http://[a]" * 6_553,
    "<" * 65_536,
    "<a href=" * 8_192,
    "&" * 65_536,
    "&amp;" * 13_107,
    '"' * 65_536,
    " " * 65_536,
    "\n" * 65_536,
    "[\n" * 32_768,
    "\0" * 65_536,
    "é" * 32_768,
    "😀" * 16_384,
    "\u2028" * 21_845,
    "a " * 32_768,
    "@" * 65_536,
    "@a" * 32_768,
    " @a" * 21_845,
    " @a." * 16_384,
    "@" + "." * 65_535,
    (" @" + "." * 80) * 799,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_64_kib_of_malice_are_soon_done(text):
    asked = []
    begin = time.process_time()

    linkify(text, asked.append, is_user=asked.append)

    assert time.process_time() - begin < 2
    assert len(asked) <= 2 * MOST_TARGETS


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<style>*{x:expression(alert(1))}</style>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><x onclick=alert(1)>",
    "</div></li></ol><script>alert(1)</script>",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    'http://x.org/" onmouseover="alert(1)',
    "http://x.org/' onmouseover='alert(1)",
    'http://x.org/"><script>alert(1)</script>',
    "http://x.org/`onmouseover=alert(1)`",
    "http://x.org/&quot;onmouseover=&quot;alert(1)",
    "https://x.org/<script>alert(1)</script>",
    "http://javascript:alert(1)//x/",
    "http://x.org/\u2028onmouseover=alert(1)",
    "http://x.org/\x0conmouseover=alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    '<IMG """><SCRIPT>alert(1)</SCRIPT>">',
    "<<script>alert(1)//<</script>",
    "<script\x00>alert(1)</script>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil.example/>",
    "<object data=javascript:alert(1)>",
    "{{7*7}}{%print(1)%}",
    "//evil.example/x",
]
WRAPPERS = ["{}", "[{}]", "[{}|x]", "[abcd|{}]", "http://x.org/{}", "@{}"]


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_of_an_attack_is_active(payload, wrapper):
    text = wrapper.format(payload)

    for resolve in (NAMED.get, resolve_anything):
        markup = linkify(text, resolve, is_user=everybody)

        assert is_harmless(markup)
        assert Elements(markup).text == text


def test_there_are_240_attacks():
    assert len(PAYLOADS) * len(WRAPPERS) == 240
