"""A page costs a fixed number of queries, however much it shows."""

import re

from repoweb.repository.artifacts import receive, store
from repoweb.repository.writing import attachment, forum, technote, ticket, wiki
from repoweb.repository.writing.forum import NewPost
from repoweb.repository.writing.put import Author, put
from repoweb.repository.writing.technote import NewTechnote

FEW, MANY = 5, 60
TICKET = "2301002ccf21468dd39899c502b59acb10c58c97"
NOTE = "71ee9dc386f1c48717837d8270adb279770ad789"
TEXT = "Some words of which all versions have **many**, so that they are deltas.\n" * 3
TIME = "2026-01-03T00:00:00"


class Content:
    """Writes one more of everything that the pages list."""

    def __init__(self, db):
        self.db = db
        self.root = self.put(forum.cards(NewPost(TEXT, title="A thread"))).hash
        self.page = self.note = self.post = None
        self.count = 0
        self.add()

    def put(self, cards, **author):
        return put(self.db, cards, Author("alice", **author))

    def add(self):
        self.count += 1
        text = f"{TEXT}{self.count}\n"
        reply = NewPost(text, thread=self.root, in_reply_to=self.root)
        answered = self.put(forum.cards(reply)).hash
        self.attach(answered)
        self.post = self.put(forum.cards(self._edit(self.post or answered, text))).hash
        self.put(forum.cards(NewPost(text, title=f"Thread {self.count}")))
        held = NewPost(text, title=f"Held {self.count}")
        self.put(forum.cards(held), moderated=True)
        self.page = self.put(wiki.cards("Page", text, "", self.page)).hash
        self.put(wiki.cards(f"Page {self.count}", text, "", None))
        note = NewTechnote(NOTE, TIME, "A note", text, parent=self.note)
        self.note = self.put(technote.cards(note)).hash
        said = {"icomment": text, "status": "Open", "login": "alice"}
        for name in (TICKET, f"{self.count:040x}"):
            self.put(ticket.cards(name, {"title": "A bug", **said}))
        for target in ("Page", TICKET, NOTE):
            self.attach(target)

    def _edit(self, parent, text):
        return NewPost(text, thread=self.root, in_reply_to=self.root, parent=parent)

    def attach(self, target):
        content = f"{target} {self.count}".encode()
        _, name = store(self.db, content, receive(self.db, "alice"))
        self.put(attachment.cards(f"{self.count}.txt", target, name))


def addresses(content):
    """All pages whose lists have grown."""
    return [
        *("/forum", "/forum?s=words", "/forum.atom", "/modreq", "/wcontent"),
        *(f"/forumthread/{content.root}?t={order}" for order in "hfc"),
        f"/forumpost/{content.root}",
        f"/forumhistory/{content.post}",
        "/wiki?name=Page",
        "/whistory?name=Page",
        f"/wdiff?id={content.page}",
        f"/technote/{NOTE}",
        f"/tktview/{TICKET}",
        f"/tkthistory/{TICKET}",
        *("/rptview/1", "/rptview/1?csv", "/ticket?s=bug", "/attachlist"),
    ]


def test_no_page_asks_more_if_it_shows_more(repository, drh, queries_of):
    with repository.writing() as db:
        content = Content(db)
        while content.count < FEW:
            content.add()

    few = count_each(repository, drh, content, queries_of)
    with repository.writing() as db:
        content.db = db
        while content.count < MANY:
            content.add()
    many = count_each(repository, drh, content, queries_of)

    assert many == few


def count_each(repository, client, content, queries_of):
    """Count the queries of each page while nothing of it is cached.

    Who sees a thread for the first time also stores that he has read it.
    """
    counts = {}
    for address in addresses(content):
        assert client.get(address).status_code == 200, address
        with repository.reading() as db:
            db.caches.contents.clear()
            db.caches.meanings.clear()
        name = re.sub("[0-9a-f]{40,64}", "…", address)
        counts[name] = queries_of(lambda url=address: client.get(url))
    return counts
