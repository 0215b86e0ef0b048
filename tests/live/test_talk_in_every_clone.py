"""People talk in browsers; fossil carries it to a clone, where it is continued."""

import shutil

import pytest
from oracle.developer import Clone, Developer
from oracle.programs import PROGRAM, Fossil, FossilServer
from oracle.tables import ask
from oracle.visitor import Visitor
from playwright.sync_api import expect

from repoweb.repository.repository import Repository

pytestmark = pytest.mark.oracle


@pytest.fixture
def path(path):
    """The repository under test: alice may do everything, bob's posts wait."""
    repository = Repository(path)
    with repository.writing() as db:
        db.execute("UPDATE user SET cap='oijfkmrnwbC2345' WHERE login='alice'")
        db.execute("UPDATE user SET cap='ojrC23' WHERE login='bob'")
    repository.close()
    return path


@pytest.fixture
def alice(people):
    return sign_in(people, "alice")


@pytest.fixture
def bob(people):
    return sign_in(people, "bob")


@pytest.fixture
def clone(path, tmp_path):
    """Make a clone with real fossil: `clone()`."""
    if shutil.which(PROGRAM) is None:
        pytest.skip(f"there is no program {PROGRAM}")
    fossil, ends = Fossil(tmp_path), []

    def serve(file):
        server = FossilServer(fossil, file, tmp_path / f"fossil{len(ends)}.log")
        ends.append(server.stop)
        return server

    def visit(server, login):
        visitor = Visitor(server.url, ())
        ends.insert(0, visitor.close)
        assert visitor.log_in(login, f"pw-{login}")
        return visitor

    def make():
        url = serve(path).url.replace("//", "//drh:pw-drh@")
        copy, folder = tmp_path / "clone.fossil", tmp_path / "checkout"
        folder.mkdir()
        fossil("clone", "--no-open", url, copy)
        fossil("setting", "autosync", "off", "-R", copy)
        return Clone(Developer(fossil, copy, folder), url, serve, visit)

    yield make
    for end in ends:
        end()


def sign_in(people, login):
    page = people.page(people.context())
    page.goto("/login?g=chat")
    page.fill("#u", login)
    page.fill("#p", f"pw-{login}")
    page.click("form.narrow button.p")
    expect(page.locator("#chat[data-conn=live]")).to_be_attached()
    return page


def chat_and_keep(alice, bob):
    alice.fill("#chat-text", "Shall we release *now*?")
    alice.press("#chat-text", "Enter")
    expect(bob.locator("#chat")).to_contain_text("Shall we release")
    bob.fill("#chat-text", "Yes, at nine!")
    bob.press("#chat-text", "Enter")
    expect(alice.locator("#chat")).to_contain_text("Yes, at nine!")
    alice.goto("/chat-keep")
    for box in alice.locator(".line input").all():
        box.check()
    alice.fill("[name=title]", "The release")
    alice.click("button.p:has-text('Keep')")
    expect(alice.locator("article blockquote")).to_have_count(2)


def talk_in_the_forum(alice, bob):
    """Alice asks, bob's answer is approved; gives the name of the thread."""
    alice.goto("/forumnew")
    alice.fill("#title", "A question")
    alice.fill("#content", "Who knows *more*(^Than I do.)?")
    alice.click("button.p:has-text('Post')")
    expect(alice.locator("article .footnotes")).to_contain_text("Than I do.")
    bob.goto("/forum")
    bob.click("text=A question")
    bob.click("article a:has-text('Reply')")
    bob.fill("#content", "I do.")
    bob.click("button.p:has-text('Reply')")
    expect(bob.locator(".wait")).to_contain_text("waits for a moderator")
    alice.reload()
    alice.click("button:has-text('Approve')")
    bob.reload()
    expect(bob.locator("article").nth(1)).to_contain_text("I do.")
    expect(bob.locator(".wait")).to_have_count(0)


def write_a_page(alice):
    alice.goto("/wikiedit?name=Plan")
    alice.fill("#content", "# Plan\n\n" + "A line that stays.\n" * 20)
    alice.click("button.p:has-text('Save')")
    alice.click("a:has-text('Edit')")
    alice.fill(
        "#content", "# Plan\n\n" + "A line that stays.\n" * 20 + "And one more.\n"
    )
    alice.click("button.p:has-text('Save')")
    expect(alice.locator(".markup")).to_contain_text("And one more.")


def close_a_ticket(alice):
    alice.goto("/tktnew")
    alice.fill("[name=title]", "The door squeaks")
    alice.fill("#content", "Since yesterday")
    alice.click("button.p:has-text('Create')")
    alice.click("a:has-text('Edit')")
    alice.select_option("[name=status]", "Closed")
    alice.fill("#content", "Oiled.")
    alice.click("button.p:has-text('Save')")
    expect(alice.locator(".fields")).to_contain_text("Closed")


def write_a_technote(alice):
    alice.goto("/technoteedit")
    alice.fill("#comment", "We have moved")
    alice.fill("[name=time]", "2026-01-02 03:04")
    alice.fill("#content", "To the new house")
    alice.click("button.p:has-text('Save')")
    expect(alice.locator("h1")).to_have_text("We have moved")


def newest(path, title):
    """The newest post of a thread."""
    [(name,)] = ask(
        path,
        "SELECT uuid FROM forumpost JOIN event ON objid=fpid JOIN blob ON rid=fpid"
        " WHERE comment LIKE ? ORDER BY fmtime DESC LIMIT 1",
        f"%{title}",
    )
    return name


def technote(path):
    """The id of the only technote."""
    tags = "SELECT substr(tagname, 7) FROM tag WHERE tagname GLOB 'event-*'"
    [(name,)] = ask(path, tags)
    return name


def continue_in(clone):
    """Answer, edit and open again what came, with fossil's pages and commands."""
    copy, drh = clone.developer.path, clone.visitor()
    for title in ("The release", "A question"):
        form = {"fpid": newest(copy, title), "content": f"About {title}: thank you"}
        token = drh.form_token("forumnew")
        answer = drh.post("forume2", reply="1", submit="Submit", csrf=token, **form)
        assert answer.status == 302
    clone.developer.write("commit", "Plan", "The plan of the clone\n")
    [(ticket,)] = ask(copy, "SELECT tkt_uuid FROM ticket")
    clone.developer.run("ticket", "set", ticket, "status", "Open")
    note = technote(copy)
    clone.developer.write("commit", "Moved", "To an old house", "--technote", note)


def test_what_was_made_in_browsers_is_continued_in_a_clone_and_comes_back(
    alice, bob, clone, path
):
    chat_and_keep(alice, bob)
    talk_in_the_forum(alice, bob)
    write_a_page(alice)
    close_a_ticket(alice)
    write_a_technote(alice)

    copy = clone()
    assert [copy.events(kind) for kind in "fwte"] == [3, 2, 2, 1]
    theirs = copy.visitor()
    assert "Yes, at nine!" in theirs.get("forumthread/" + newest(path, "release")).text
    assert "And one more." in theirs.get("wiki", name="Plan").text
    continue_in(copy)
    copy.sync()

    alice.goto("/forum")
    for title in ("The release", "A question"):
        alice.click(f"text={title}")
        expect(alice.locator("article").last).to_contain_text(f"About {title}")
        alice.goto("/forum")
    alice.goto("/wiki?name=Plan")
    expect(alice.locator(".markup")).to_contain_text("The plan of the clone")
    alice.goto("/ticket?s=squeaks")
    alice.click("text=The door squeaks")
    expect(alice.locator(".fields")).to_contain_text("Open")
    alice.goto("/technote/" + technote(path))
    expect(alice.locator(".markup")).to_contain_text("To an old house")
