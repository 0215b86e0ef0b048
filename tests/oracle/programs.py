"""The real programs that take part: fossil, its server, and repoweb."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

DEADLINE = 20.0
PROGRAM = os.environ.get("REPOWEB_TEST_FOSSIL", "fossil")


def until(condition, what="the condition"):
    """Wait for a condition; returns its true value."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.005)
    message = f"waited {DEADLINE} s for {what}"
    raise AssertionError(message)


class Done:
    """What a program wrote, and its exit status."""

    def __init__(self, process):
        self.status = process.returncode
        self.output = process.stdout + process.stderr

    def __repr__(self):
        return f"status {self.status}: {self.output}"


class Fossil:
    """The fossil program, with a home and a user of its own."""

    def __init__(self, home):
        self.home = home
        self.program = shutil.which(PROGRAM)
        self.environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "USER": "drh",
        }
        found = re.search(r"version (\d+)\.(\d+)", self("version"))
        self.version = int(found[1]), int(found[2])
        # Else its server leaves processes that outlive it by a minute or two.
        self("setting", "--global", "backoffice-disable", "1")

    def __call__(self, *arguments, cwd=None):
        """Run a command that must succeed; returns what it wrote."""
        done = self.run(*arguments, cwd=cwd)
        assert done.status == 0, done
        return done.output

    def bytes(self, *arguments, cwd):
        """Run a command that must succeed; returns what it wrote, not decoded."""
        command = [self.program, *map(str, arguments)]
        process = subprocess.run(
            command,
            env=self.environment,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=DEADLINE,
            check=False,
        )
        assert process.returncode == 0, process.stderr
        return process.stdout

    def attempt(self, *arguments, cwd=None):
        """Run a command; returns whether nobody else wrote when it wanted to.

        Fossil begins by reading, and gives up at once, without any waiting, if
        somebody else, its own server too, writes before it does.
        """
        done = self.run(*arguments, cwd=cwd)
        assert done.status == 0 or "database is locked" in done.output, done
        return done.status == 0

    def run(self, *arguments, cwd=None):
        """Run a command, whether it succeeds or not."""
        return Done(
            subprocess.run(
                [self.program, *map(str, arguments)],
                env=self.environment,
                cwd=cwd or self.home,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=DEADLINE,
                check=False,
            )
        )

    @property
    def indexes_chat(self):
        """Whether it keeps chatfts1; 2.21 does not know it."""
        return self.version >= (2, 25)


class Program:
    """A program that runs until the test stops it, and whatever it has started."""

    def __init__(self, command, environment, log):
        self.log = log
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                list(map(str, command)),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=file,
                start_new_session=True,
            )

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    def _require(self, begun):
        """Wait until it has begun to work; stop it if it does not."""
        try:
            until(lambda: begun() or self.process.poll() is not None, "its start")
            assert self.process.poll() is None, self.log.read_text()
        except BaseException:
            self.process.stdout.close()
            self.process.kill()
            self.process.wait(DEADLINE)
            raise

    def kill(self):
        """End it at once, with its children; what it was doing stays undone."""
        self._signal(signal.SIGKILL)

    def stop(self):
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def _signal(self, number):
        if self.process.returncode is not None:
            return  # it was stopped before
        self.process.stdout.close()
        assert self.process.poll() is None, f"it ended by itself; see {self.log}"
        os.killpg(self.process.pid, number)
        self.process.wait(DEADLINE)


class FossilServer(Program):
    """`fossil server` on a free port of this machine."""

    def __init__(self, fossil, path, log):
        port = _free_port()
        # Without --nojail it would, as root, move into the folder of the file.
        options = ["--nojail", "--localhost", "--port", port]
        command = [fossil.program, "server", *options, path]
        super().__init__(command, fossil.environment, log)
        self.url = f"http://127.0.0.1:{port}/"
        self._require(lambda: _answers(port))


class Repoweb(Program):
    """`repoweb serve`."""

    def __init__(self, home, path, log, options=()):
        environment = {**os.environ, "HOME": str(home), "USER": "drh"}
        command = [sys.executable, "-m", "repoweb", "serve", path, "--port", 0]
        super().__init__([*command, *options], environment, log)
        line = self.process.stdout.readline().decode()
        found = re.search(r"http://\S+", line)
        self._require(lambda: found)
        self.url = found[0]

    def require_faultless(self):
        """Nothing that it answered was its own fault."""
        text = self.log.read_text()
        assert "Traceback" not in text, text
        assert not re.search(r'" 50\d ', text), text


def _free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def _answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
