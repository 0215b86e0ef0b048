"""The pages of posts, wiki, tickets and technotes are well made, with texts in them."""

import pytest
from pages import parse

TEXT = "# Heading\n\n[^1] **x** `y`\n\n[^1]: note\n\n<b onclick=x>raw</b>"
FIELDS = {"input", "select", "textarea"}


@pytest.fixture
def written(drh):
    """Addresses of pages that show what was written."""

    def place(answer):
        assert answer.status_code == 303, answer.text
        return answer.location

    root = place(drh.post("/forumnew", data={"title": "<T>", "content": TEXT}))
    form = {"fpid": root[-16:], "reply": "1", "content": TEXT}
    reply = place(drh.post("/forumedit", data=form))
    form = {"fpid": reply[-16:], "edit": "1", "content": f"{TEXT}!"}
    edited = place(drh.post("/forumedit", data=form))
    page = {"name": "A <page>", "content": TEXT, "base": ""}
    wiki = place(drh.post("/wikiedit", data=page))
    ticket = place(drh.post("/tktnew", data={"title": "<T>", "content": TEXT}))
    note = {"comment": "<C>", "time": "2026-01-02", "content": TEXT}
    technote = place(drh.post("/technoteedit", data=note))
    query = wiki.partition("?")[2]
    return [
        *("/home", "/forum", root, edited, f"/forumhistory/{reply[-16:]}"),
        f"/forumthread/{root[-16:]}?t=c",
        f"/forumedit?fpid={edited[-16:]}&reply=1&quote=1",
        f"/forumedit?fpid={edited[-16:]}",
        *(wiki, f"/wikiedit?{query}", f"/whistory?{query}", f"/wikirename?{query}"),
        *("/wcontent?all=1", "/wikiedit?name=New", "/wikinew", "/wiki?name=New"),
        *(f"/attachadd?page={query.partition('=')[2]}", "/attachlist", "/modreq"),
        *(ticket, f"/tktedit/{ticket[-16:]}", f"/tkthistory/{ticket[-16:]}"),
        *("/ticket?s=t", "/rptview/1", "/rptsql/1", "/rptedit/1", "/rptnew"),
        *(technote, f"/technoteedit?name={technote[-16:]}", "/ci_edit?r=tip"),
        *("/markup_help", "/forum?s=x", "/chat-keep"),
    ]


def test_they_are(drh, written):
    for url in written:
        answer = drh.get(url)
        assert answer.status_code == (404 if url == "/wiki?name=New" else 200), url
        page = parse(answer.text)
        require_well_made(page, url)
        require_nothing_inline(page, url)
        require_labels(page, url)


def require_well_made(page, url):
    ids = [e["id"] for e in page.elements if "id" in e.attributes]
    assert len(ids) == len(set(ids)), (url, sorted(ids))
    assert len(page.all("main")) == 1, url
    assert len([h for h in page.all("h1") if not in_markup(h)]) == 1, url


def in_markup(element):
    return any("markup" in parent.classes for parent in element.parents)


def require_nothing_inline(page, url):
    for element in page.elements:
        assert not {"style", "onclick"} & set(element.attributes), url
        assert element.tag != "script" or element.get("src"), url


def require_labels(page, url):
    labelled = {label.get("for") for label in page.all("label")}
    posts = [form for form in page.all("form") if form.get("method") == "post"]
    tokens = [e for e in page.all("input") if e.get("name") == "csrf"]
    assert len(tokens) == len(posts), url
    for element in page.elements:
        if element.tag in FIELDS and element.get("type") != "hidden":
            is_named = "aria-label" in element.attributes
            inside = any(parent.tag == "label" for parent in element.parents)
            assert is_named or inside or element.get("id") in labelled, (url, element)
