"""Texts in all places that show what users write."""

from datetime import UTC, datetime, timedelta

from repoweb.chat import schema
from repoweb.repository.checkin import check_in
from repoweb.repository.writing import forum, technote, ticket, wiki
from repoweb.repository.writing.forum import NewPost
from repoweb.repository.writing.put import Author, put
from repoweb.repository.writing.technote import NewTechnote

MARKUPS = ("text/x-markdown", "text/x-fossil-wiki", "text/plain")
AT_ONCE = 12  # texts of one page; each may swallow what follows it


def write_texts(repository, kind, texts):
    """Write texts in all places of a kind; gives the addresses of the pages."""
    with repository.writing() as db:
        return KINDS[kind](_Writer(db, texts))


class _Writer:
    def __init__(self, db, texts):
        self.db = db
        self.texts = texts
        self.minutes = 0
        self.blocks = [
            "\n\n".join(texts[at : at + AT_ONCE])
            for at in range(0, len(texts), AT_ONCE)
        ]

    def _put(self, cards, **author):
        return put(self.db, cards, Author("alice", **author)).hash

    def pages(self):
        found = ["/wcontent"]
        for number, block in enumerate(self.blocks):
            for markup in MARKUPS:
                name = f"{markup[5:]} {number}"
                first = self._put(wiki.cards(name, "x", markup, None))
                last = self._put(wiki.cards(name, block, markup, first))
                found += [f"/wiki?name={name}", f"/wdiff?id={last}"]
        return found

    def posts(self):
        found = ["/forum", "/forum.atom", "/modreq"]
        for markup in MARKUPS:
            root = self._put(forum.cards(NewPost("x", title=f"About {markup}")))
            for text in self.texts:
                post = NewPost(text, markup, thread=root, in_reply_to=root)
                answer = self._put(forum.cards(post))
            edit = NewPost(f"{text}!", markup, None, root, root, answer)
            self._put(forum.cards(edit))
            pages = len(self.texts) // 100 + 1
            found += [f"/forumthread/{root}?x={page}" for page in range(pages)]
            found.append(f"/forumhistory/{answer}")
        for text in self.texts[:40]:
            title = " ".join(text.split())
            self._put(forum.cards(NewPost(text, title=title)), moderated=True)
        return found

    def tickets(self):
        found = ["/rptview/1", "/ticket?s=alert"]
        for number, text in enumerate(self.texts):
            name = f"{number // AT_ONCE:040x}"
            markup = MARKUPS[number // AT_ONCE % 2]
            said = {"icomment": text, "mimetype": markup, "login": "alice"}
            fields = {"title": text, "comment": text, "status": text}
            self._put(ticket.cards(name, {**fields, **said}))
            if number % AT_ONCE == 0:
                found += [f"/tktview/{name}", f"/tkthistory/{name}"]
        return found

    def technotes(self):
        found = ["/timeline?y=e&n=500", "/timeline.rss?y=e", "/timeline.atom?y=e"]
        for number, text in enumerate(self.texts):
            markup = MARKUPS[number % 2]
            name, comment = f"{number:040x}", text.replace("\0", "")
            note = NewTechnote(name, "2026-01-03T00:00:00", comment, text, markup)
            self._put(technote.cards(note))
            if number % AT_ONCE == 0:
                found.append(f"/technote/{name}")
        return found

    def checkins(self):
        found = ["/timeline?y=ci&n=500", "/brlist"]
        for number, block in enumerate(self.blocks):
            files = {"a.txt": f"{number}\n".encode()}
            name = self._check_in(files, block)
            found.append(f"/info/{name}")
        return found

    def documents(self):
        files = {}
        for number, block in enumerate(self.blocks):
            for ending in ("md", "wiki", "txt", "html", "svg"):
                files[f"{number}.{ending}"] = block.encode()
        self._check_in(files, "documents")
        shown = [name for name in files if name.endswith(("md", "wiki"))]
        return [
            *(f"/doc/trunk/{name}" for name in shown),
            *(f"/file/{name}?ci=trunk" for name in files),
        ]

    def _check_in(self, files, comment):
        self.minutes += 1
        time = datetime(2099, 1, 1, tzinfo=UTC) + timedelta(minutes=self.minutes)
        return check_in(self.db, files, comment=comment, user="alice", time=time)

    def messages(self):
        schema.make_ready(self.db)
        for text in self.texts:
            self.db.execute(
                "INSERT INTO chat(mtime, lmtime, xfrom, xmsg)"
                " VALUES(julianday('now'), '2026-01-01T00:00:00', ?, ?)",
                ("alice", text),
            )
        schema.rebuild_index(self.db)
        [today] = self.db.execute("SELECT date('now')").fetchone()
        return ["/chat", f"/chat?d={today}", "/chat-keep"]


KINDS = {
    "wiki": _Writer.pages,
    "forum": _Writer.posts,
    "tickets": _Writer.tickets,
    "technotes": _Writer.technotes,
    "check-ins": _Writer.checkins,
    "documents": _Writer.documents,
    "chat": _Writer.messages,
}
