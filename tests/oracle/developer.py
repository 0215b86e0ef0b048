"""Somebody who works with fossil's command line on the file that repoweb serves."""

from .tables import ask


class Developer:
    """Has a check-out; his commands must succeed, unless they only attempt it."""

    def __init__(self, fossil, path, folder):
        self.path = path
        self._fossil = fossil
        self._folder = folder
        fossil("open", path, cwd=folder)

    def run(self, *command):
        """Run a command that names the repository."""
        self._fossil(*command, "-R", self.path)

    def attempt(self, *command):
        """Run one that may find somebody else writing; returns whether it did not."""
        return self._fossil.attempt(*command, "-R", self.path)

    def here(self, *command):
        """Run a command in the check-out."""
        self._fossil(*command, cwd=self._folder)

    def commit(self, name, comment="a new file", *options):
        """Check in a new file."""
        assert self.attempt_commit(name, comment, *options)

    def attempt_commit(self, name, comment="a new file", *options):
        (self._folder / name).write_text(name)
        self.here("add", name)
        command = ("commit", "-m", comment, "--no-warnings", *options)
        return self._fossil.attempt(*command, cwd=self._folder)

    def write(self, command, name, text, *options):
        """Write a wiki page or a technote."""
        file = self._folder / "page"
        file.write_text(text)
        self.run("wiki", command, name, file, *options)

    def do_everything(self):
        """Make events of each kind; returns how many."""
        before = self._events()
        self.commit("one", "fix <b>this</b> & [that] for https://x.example/")
        self.commit("two", "on a branch", "--branch", "feature/x")
        self.write("create", "Home Page", "one")
        self.write("commit", "Home Page", "two")
        self.write("commit", "Home Page", "three")
        self.write("create", "Home", "one")
        self.write("create", "a technote", "text", "--technote", "now")
        self.run("tag", "add", "rtag", "trunk")
        self.run("tag", "add", "rtag2", "trunk")
        self.here("amend", "tip", "-m", "amended")
        self.run("branch", "new", "another", "trunk")
        self.run("ticket", "add", "title", "A & <t>", "status", "Open")
        [(ticket,)] = ask(self.path, "SELECT tkt_uuid FROM ticket")
        self.run("ticket", "set", ticket, "status", "Fixed")
        self.run("attachment", "add", "Home Page", self._folder / "page")
        return self._events() - before

    def _events(self):
        return ask(self.path, "SELECT count(*) FROM event")[0][0]


class Clone:
    """A clone of a repository that a server has, and somebody who works in it."""

    def __init__(self, developer, url, serve_fossil, visit):
        self.developer = developer
        self._url = url
        self._serve = serve_fossil
        self._visit = visit

    def sync(self):
        """Exchange everything with the server."""
        self.developer.run("sync", self._url)

    def events(self, kind):
        """Count the events of a type."""
        query = f"SELECT count(*) FROM event WHERE type='{kind}'"
        return ask(self.developer.path, query)[0][0]

    def visitor(self):
        """Log in as drh at a fossil server on the clone."""
        self.developer.run("user", "password", "drh", "pw-drh")
        return self._visit(self._serve(self.developer.path), "drh")
