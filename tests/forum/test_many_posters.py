"""Ten who post at once: no post is lost, and every reply has its place."""

from concurrent.futures import ThreadPoolExecutor

from repoweb.forum import store
from repoweb.repository.writing.put import Author

WRITERS, POSTS = 10, 5


def test_every_post_arrives(repository, rows):
    with repository.writing() as db:
        root = store.begin(
            db, store.Draft("x", "text/plain", "A thread"), Author("drh")
        )

    def write(writer):
        answered = root.rid
        for number in range(POSTS):
            draft = store.Draft(f"{writer}-{number}", "text/plain")
            with repository.writing() as db:
                answered = store.reply(db, answered, draft, Author("alice")).rid

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))

    assert rows("SELECT count(*) FROM forumpost WHERE froot=?", root.rid) == [(51,)]
    assert rows("SELECT count(*) FROM event WHERE type='f'") == [(51,)]
    answers = "SELECT count(*) FROM forumpost a JOIN forumpost b ON b.fpid=a.firt"
    assert rows(f"{answers} WHERE b.fmtime<a.fmtime") == [(50,)]
    assert rows("SELECT count(*) FROM unsent WHERE rid>1") == [(51,)]
