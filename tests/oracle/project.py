"""A small project with everything that check-ins can have, made by real fossil."""

from .tables import ask


class Project:
    """A check-out in which one check-in is made after the other."""

    def __init__(self, fossil, path, folder):
        self.path = path
        self.folder = folder
        self._fossil = fossil
        fossil("open", path, cwd=folder)

    def make(self):
        """Make all check-ins: renames, merges, links, delta manifests and so on."""
        self._begin()
        self._branch_and_merge()
        self._rename()
        self._odd_contents()
        self._delta_manifests()
        return self

    def _begin(self):
        self._write("a.txt", "one\ntwo\nthree\n\nfour\n")
        self._write("has space.txt", "space\n")
        self._write("src/run.sh", "#!/bin/sh\necho hello\n", mode=0o755)
        self._write("src/lib/Ünï.c", "int x;\n" * 20)
        self._commit("Begin")
        self._write("a.txt", "one\n2\nthree\n\nfour\nfive\n")
        self._commit("Second")
        self._here("commit", "--allow-empty", "-m", "Nothing", "--no-warnings")

    def _branch_and_merge(self):
        self._write("b.txt", "b\n")
        self._write("a.txt", "zero\none\n2\nthree\n\nfour\nfive\n")
        self._commit("On a branch", "--branch", "feature")
        self._here("update", "trunk")
        self._write("src/lib/Ünï.c", "int x;\n" * 10 + "int y;\n" + "int x;\n" * 10)
        self._write("a.txt", "one\n2\nthree\n\nfour\nfive\nsix\n")
        self._commit("On trunk")
        self._here("merge", "feature")
        self._commit("Merge")
        self._here("tag", "add", "rel-1", "trunk")

    def _rename(self):
        self._here("mv", "--hard", "src/run.sh", "src/go.sh")
        self._commit("Rename")
        self._write("src/go.sh", "#!/bin/sh\necho hello\necho again\n", mode=0o755)
        self._here("rm", "--hard", "b.txt")
        self._commit("Delete, and change what was renamed")
        self._write("b.txt", "b again\n")
        self._commit("Add again")

    def _odd_contents(self):
        (self.folder / "link").symlink_to("a.txt")
        self._here("settings", "allow-symlinks", "1")
        self._write("binary.bin", bytes(range(256)) * 40)
        self._write("crlf.txt", b"one\r\ntwo\r\n")
        self._write("empty", "")
        self._write("no-end.txt", "no newline at the end")
        self._write("weird 'name' [x] {y} & 100%.txt", "weird\n")
        self._commit("Odd ones")
        (self.folder / "src/go.sh").chmod(0o644)
        self._commit("A permission")

    def _delta_manifests(self):
        self._here("settings", "forbid-delta-manifests", "0")  # 2.29 has it on
        for number in range(120):
            self._write(f"many/file{number:03}.txt", f"{number}\n")
        self._commit("Many")
        self._write("many/file007.txt", "seven\n")
        (self.folder / "many/file008.txt").unlink()
        self._here("rm", "many/file008.txt")
        self._commit("A delta manifest", "--delta")
        self._write("many/file009.txt", "nine\n")
        self._commit("Another one", "--delta")

    def _write(self, name, content, mode=None):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        content = content.encode() if isinstance(content, str) else content
        file.write_bytes(content)
        if mode:
            file.chmod(mode)

    def _commit(self, comment, *options):
        self._here("addremove")
        self._here("commit", "-m", comment, "--no-warnings", *options)

    def _here(self, *command):
        return self._fossil(*command, cwd=self.folder)

    def checkins(self):
        """The hashes of all check-ins."""
        return checkins(self.path)


def checkins(path):
    """The hashes of all check-ins of a file, oldest first."""
    return [
        row[0]
        for row in ask(
            path,
            "SELECT uuid FROM event JOIN blob ON rid=objid"
            " WHERE type='ci' ORDER BY mtime, objid",
        )
    ]
