"""Nothing that a user can write becomes active content, in any markup."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import parse

from repoweb.repository.targets import Target
from repoweb.web.markup import FOSSIL_WIKI, MARKDOWN, PLAIN, render, render_comment
from repoweb.web.markup.links import Links

CORPUS = r"""
<script>alert(1)</script>
<SCRIPT SRC=//evil.example/x.js></SCRIPT>
<scr<script>ipt>alert(1)</scr</script>ipt>
<script/xss src="//evil.example/x.js"></script>
<<SCRIPT>alert(1);//<</SCRIPT>
<img src=x onerror=alert(1)>
<IMG SRC="javascript:alert(1);">
<IMG SRC=JaVaScRiPt:alert(1)>
<IMG SRC=`javascript:alert("x")`>
<IMG ""><SCRIPT>alert(1)</SCRIPT>">
<IMG SRC=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>
<IMG SRC="jav&#x09;ascript:alert(1);">
<IMG SRC=" &#14; javascript:alert(1);">
<IMG SRC="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">
<IMG DYNSRC="javascript:alert(1)" LOWSRC="javascript:alert(1)">
<img src="//evil.example/pixel.gif" srcset="//evil.example/p.gif 2x">
<BODY ONLOAD=alert(1)>
<svg onload=alert(1)>
<svg><script>alert&#40;1&#41;</script></svg>
<svg><a xlink:href="javascript:alert(1)"><text x=20 y=20>x</text></a></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<math><table><mglyph><style><!--</style><img title="--&gt;&lt;img onerror=a()&gt;">
<math href="javascript:alert(1)">x</math>
<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<object data="javascript:alert(1)"></object><embed src="javascript:alert(1)">
<link rel="stylesheet" href="javascript:alert(1);">
<STYLE>@import'//evil.example/x.css';</STYLE>
<style>*{background:url("javascript:alert(1)")}</style>
<div style="background:url(javascript:alert(1))">x</div>
<div style="position:fixed;inset:0;z-index:99">over all</div>
<META HTTP-EQUIV="refresh" CONTENT="0;url=javascript:alert(1);">
<base href="javascript:alert(1)//">
<a href="javascript:alert(1)">x</a>
<a href="java\tscript:alert(1)">x</a>
<a href=" &#x6A;avascript:alert(1)">x</a>
<a href="vbscript:msgbox(1)">x</a>
<a href="data:text/html,<script>alert(1)</script>">x</a>
<a href="\x01javascript:alert(1)">x</a>
<a href="file:///etc/passwd">x</a>
<a onmouseover="alert(1)" href=#>x</a>
<a href=# onclick=alert(1)//">x</a>
<b onclick="alert(1)">x</b>
<input autofocus onfocus=alert(1)>
<select autofocus onfocus=alert(1)><option>x</select>
<textarea autofocus onfocus=alert(1)></textarea>
<video><source onerror=alert(1)></video>
<audio src=x onerror=alert(1)>
<details open ontoggle=alert(1)>x</details>
<marquee onstart=alert(1)>x</marquee>
<form action="javascript:alert(1)"><button>x</button></form>
<button formaction="javascript:alert(1)">x</button>
<isindex action="javascript:alert(1)">
<table background="javascript:alert(1)"><td background="javascript:alert(1)">x</table>
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>
<template><script>alert(1)</script></template>
<xmp><img src=x onerror=alert(1)></xmp>
<plaintext><script>alert(1)</script>
<!--<img src="--><img src=x onerror=alert(1)//">
<!--[if gte IE 4]><SCRIPT>alert(1);</SCRIPT><![endif]-->
<![CDATA[<script>alert(1)</script>]]>
<?xml version="1.0"?><script>alert(1)</script>
<a href="x" id="main" name="csrf" class="btn danger vh">x</a>
<p id=x id=y class=problem>z
<keygen autofocus onfocus=alert(1)>
</div></main></body></html><script>alert(1)</script>
" onmouseover="alert(1)
'><script>alert(1)</script>
\u2028<script>alert(1)</script>\u2029
[x](javascript:alert(1))
[x](JaVaScRiPt:alert(1))
[x](javascript&#58;alert(1))
[x](java&Tab;script:alert(1))
[x](<javascript:alert(1)>)
[x](data:text/html;base64,PHNjcmlwdD4=)
[x](//evil.example "onmouseover=alert(1)")
[x](http://a.example" onmouseover="alert(1))
[x](http://a.example 'a" onmouseover="alert(1)')
![x](javascript:alert(1))
![x](x" onerror="alert(1))
![x" onerror="alert(1)](x)
![x](//evil.example/pixel.gif)
![x](http://evil.example/pixel.gif)
<javascript:alert(1)>
<http://a.example/"onmouseover="alert(1)>
[a]: javascript:alert(1)\n\n[a]
[^1]: <script>alert(1)</script>\n\n[^1]
[^"><img src=x onerror=alert(1)>]: x\n\n[^"><img src=x onerror=alert(1)>]
```"><script>alert(1)</script>\nx\n```
```html\n<script>alert(1)</script>\n```
|<img src=x onerror=alert(1)>|b|\n|-|-|\n|[x](javascript:alert(1))|y|
# <img src=x onerror=alert(1)>
[javascript:alert(1)]
[javascript:alert(1)|x]
[http://x.example/" onmouseover="alert(1)]
[http://x.example/|<img src=x onerror=alert(1)>]
[/x" onmouseover="alert(1)|y]
[//evil.example/|x]
[/\\evil.example/|x]
[#"><script>alert(1)</script>|x]
[known|<script>alert(1)</script>]
[wiki:<script>alert(1)</script>]
[tag:x" onmouseover="alert(1)]
[evil:x]
<verbatim type="x' onclick='alert(1)">a</verbatim>
<verbatim id="(((((">a</verbatim>
<verbatim><script>alert(1)</script>
<nowiki><script>alert(1)</script></nowiki>
<title onclick=alert(1)>x</title>
<a href='javascript:alert(1)'>x</a>
<a href='/x" onmouseover="alert(1)'>x</a>
<img src='/x" onerror="alert(1)'>
<a href=/\\evil.example>x</a>
http://x.example/"><script>alert(1)</script>
javascript:alert(1)
&lt;script&gt;alert(1)&lt;/script&gt;
&#60;script&#62;alert(1)&#60;/script&#62;
"""

ESCAPES = {r"\n": "\n", r"\t": "\t", r"\x01": "\x01", r"\u2028": "\u2028"}
KNOWN = {"known": Target("/info/1", '"><script>alert(1)</script>')}
INTERWIKI = {
    "tag": '{"base": "https://w.example/", "wiki": "w/"}',
    "evil": '{"base": "javascript:alert(1)//", "wiki": "w/"}',
}
HARMLESS = {
    *("href", "src", "alt", "title", "id", "name", "class", "rel", "align", "open"),
    *("width", "height", "value", "colspan", "rowspan", "start", "valign", "dir"),
    *("lang", "cite", "datetime", "span", "border", "scope", "type"),
}
FORBIDDEN = {
    *("script", "style", "iframe", "object", "embed", "link", "meta", "base", "form"),
    *("input", "button", "select", "textarea", "svg", "math", "video", "audio"),
    *("template", "noscript", "main", "body", "html", "marquee", "xmp", "plaintext"),
}


@pytest.fixture(scope="module")
def links():
    return Links(KNOWN.get, INTERWIKI.get, wiki=True)


def lines():
    return [unescaped(line) for line in CORPUS.split("\n") if line]


def unescaped(line):
    for code, character in ESCAPES.items():
        line = line.replace(code, character)
    return line


def require_harmless(html):
    for element in parse(str(html)).elements:
        assert element.tag not in FORBIDDEN, html
        assert set(element.attributes) <= HARMLESS, html
        for name in ("href", "src"):
            require_harmless_address(element.get(name) or "", html)
        if element.tag == "img":
            assert not re.match(
                r"\s*(?:[a-z]+:|[/\\]{2})", element.get("src") or "", re.IGNORECASE
            )
        if identity := element.get("id"):
            assert identity.startswith("u-"), html
        assert not {"btn", "vh", "problem"} & set(element.classes), html


def require_harmless_address(address, html):
    address = re.sub(r"[\x00-\x20]", "", address)
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", address)
    assert not scheme or scheme[1].lower() in {"http", "https", "ftp", "mailto"}, html
    assert not unquote(address).lower().startswith(("javascript:", "data:")), html


MARKUPS = [MARKDOWN, FOSSIL_WIKI, PLAIN, "", "text/html", "nonsense"]


@pytest.mark.parametrize("mimetype", MARKUPS)
@pytest.mark.parametrize("text", lines())
def test_a_line_of_the_corpus_stays_passive(text, mimetype, links):
    require_harmless(render(text, mimetype, links))


@pytest.mark.parametrize("text", lines())
def test_as_a_comment_too(text, links):
    require_harmless(render_comment(text, links))


def test_the_whole_corpus_at_once_is_well_formed_and_passive(links):
    text = "\n\n".join(lines())

    for mimetype in MARKUPS:
        require_harmless(render(text, mimetype, links))


@given(
    st.lists(
        st.sampled_from(
            [
                *"<>[]()|&;\"'`*_#!/\\ \n\t:=-",
                *("  *  ", "</", "<a href=", "<img src=", "onerror=", "javascript:"),
                *("<verbatim>", "```", "[^1]", "<!--", "-->", "<table>", "<td>"),
                *("<svg>", "<style>", "<script>", "known", "&#x3c;"),
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_so_does_whatever_is_put_together_from_its_pieces(text):
    links = Links(KNOWN.get, INTERWIKI.get, wiki=True)

    for mimetype in (MARKDOWN, FOSSIL_WIKI, PLAIN):
        require_harmless(render(text, mimetype, links))
