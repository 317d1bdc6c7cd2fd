"""What PostgreSQL allows: pgbench sends the recorded statements with 16 clients, prepared once per client.

Every parameter stays one, with the type that the server's driver gives it, so that both get the same plans.
One more client gives events their place in the log, as a server does beside its requests.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import asyncpg

from bench.limits.recording import Batch, Recorded, Statement, record
from bench.postgres import programs
from mobius.store.rendering import for_postgres

CLIENTS = 16
WARM_UP_SECONDS = 1
SEQUENCER_PAUSE = "20 ms"  # a busy server moves events about as often
LONGEST_SECONDS = 120

_UNIQUE = f"\\set unique :n * {CLIENTS} + :client_id\n\\set n :n + 1\n"
_VERSION = re.compile(r"\bversion = \$(\d+)")


class PgbenchLimits:
    """The limits of one empty PostgreSQL database: a context manager, so that its files go away."""

    def __init__(self, url: str, recorded: Recorded, types: Mapping[str, list[str]]) -> None:
        self._url = url
        self._home = tempfile.TemporaryDirectory(prefix="mobius-bench-limit-")
        self._first = 1
        self._trip = _trip_script(recorded, types)
        self._start = _start_script(recorded, types)
        self._sequencer = _sequencer_script(recorded, types)

    @classmethod
    async def open(cls, url: str) -> Self:
        """Record the statements on the empty database at `url`."""
        with tempfile.TemporaryDirectory(prefix="mobius-bench-recording-") as directory:
            recorded = await record(url, Path(directory))
        return cls(url, recorded, await _parameter_types(url, recorded))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._home.cleanup()

    async def round_trips(self, seconds: int) -> float:
        """Return the round trips per second of `seconds`."""
        return self._rate(self._trip, seconds)

    async def starts(self, seconds: int) -> float:
        """Return the starts of runs per second of `seconds`."""
        return self._rate(self._start, seconds)

    def _rate(self, script: Script, seconds: int) -> float:
        work = self._command(script, "work")
        sequence = self._command(self._sequencer, "sequence")
        beside = [*sequence, "--client=1", f"--time={LONGEST_SECONDS}"]
        with subprocess.Popen(beside, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as sequencer:
            try:
                self._run(work, WARM_UP_SECONDS)
                said = self._run(work, seconds)
                assert sequencer.poll() is None, "the sequencer beside pgbench ended"
            finally:
                sequencer.kill()
        found = re.search(r"tps = ([0-9.]+)", said)
        assert found is not None, said
        return float(found[1])

    def _command(self, script: Script, name: str) -> list[str]:
        file = Path(self._home.name) / f"{name}.sql"
        file.write_text(script.text)
        values = [f"--define={name}={value}" for name, value in script.values.items()]
        pgbench = str(programs() / "pgbench")
        return [pgbench, "--no-vacuum", "--protocol=prepared", f"--file={file}", *values, self._url]

    def _run(self, command: list[str], seconds: int) -> str:
        self._first += 10_000_000
        numbered = [*command, f"--define=n={self._first}", f"--client={CLIENTS}", f"--time={seconds}"]
        done = subprocess.run(numbered, check=False, capture_output=True, text=True, timeout=LONGEST_SECONDS)
        # A claim that finds nothing, or a completion that does not hold, ends its client.
        assert done.returncode == 0, done.stderr
        assert "aborted" not in done.stderr, done.stderr
        return done.stdout


@dataclass(slots=True)
class Script:
    """A pgbench script, and the values of its variables."""

    text: str = ""
    values: dict[str, str] = field(default_factory=dict)

    def add(self, batches: Iterable[Batch], types: Mapping[str, list[str]], ids: Mapping[str, str]) -> None:
        """Append batches; `ids` are SQL expressions in the place of recorded ids."""
        for batch in batches:
            lines = [self._bound(statement, types[statement.sql], ids) for statement in batch.statements]
            if len(lines) == 1:
                self.text += lines[0] + ";\n"
            else:
                self.text += "".join(line + ";\n" for line in ["BEGIN", *lines, "END"])

    def _bound(self, statement: Statement, types: list[str], ids: Mapping[str, str]) -> str:
        """Return the text with pgbench's variables for parameters, on one line."""
        versions = {int(place) for place in _VERSION.findall(statement.sql)}

        def expression(match: re.Match[str]) -> str:
            place = int(match[1])
            if place in versions:
                return f":claimed_version::{types[place - 1]}"
            return self._value(statement.params[place - 1], types[place - 1], ids)

        return " ".join(re.sub(r"\$(\d+)", expression, for_postgres(statement.sql)).split())

    def _value(self, value: Any, type_: str, ids: Mapping[str, str]) -> str:
        if value is None:
            return f"NULL::{type_}"
        text = _text(value)
        pieces = re.split(f"({'|'.join(ids)})", text) if ids else [text]
        if len(pieces) == 1:
            return f"{self._variable(text)}::{type_}"
        together = " || ".join(
            ids.get(piece) or f"{self._variable(piece)}::text" for piece in pieces if piece
        )
        return f"({together})::{type_}"

    def _variable(self, text: str) -> str:
        """Return a variable with this value."""
        name = next((name for name, known in self.values.items() if known == text), f"v{len(self.values)}")
        self.values[name] = text
        return f":{name}"


def _trip_script(recorded: Recorded, types: Mapping[str, list[str]]) -> Script:
    """One round trip: the completion is of the job that was claimed, on the version of its run."""
    ids = recorded.trip_ids
    in_place = {
        ids["run"]: ":claimed_run_id::text",
        ids["job"]: ":claimed_id::text",
        ids["next"]: "('job_z' || lpad(:unique::text, 25, '0'))",
        ids["log"]: "('alog_z' || lpad(:unique::text, 25, '0'))",
    }
    script = Script(_UNIQUE)
    script.add(recorded.claim, types, {})
    script.text = script.text.removesuffix(";\n") + " \\gset claimed_\n"
    script.add(recorded.complete, types, in_place)
    return script


def _start_script(recorded: Recorded, types: Mapping[str, list[str]]) -> Script:
    ids = recorded.start_ids
    in_place = {
        ids["run"]: "('run_z' || lpad(:unique::text, 25, '0'))",
        ids["job"]: "('job_s' || lpad(:unique::text, 25, '0'))",
    }
    script = Script(_UNIQUE)
    script.add(recorded.start, types, in_place)
    return script


def _sequencer_script(recorded: Recorded, types: Mapping[str, list[str]]) -> Script:
    script = Script()
    script.add(recorded.sequence, types, {})
    script.text += f"\\sleep {SEQUENCER_PAUSE}\n"
    return script


async def _parameter_types(url: str, recorded: Recorded) -> dict[str, list[str]]:
    """Return the types that PostgreSQL gives the parameters of each statement."""
    batches = [*recorded.start, *recorded.claim, *recorded.complete, *recorded.sequence]
    connection = await asyncpg.connect(url)
    try:
        types = {}
        for statement in (statement for batch in batches for statement in batch.statements):
            prepared = await connection.prepare(for_postgres(statement.sql))
            types[statement.sql] = [parameter.name for parameter in prepared.get_parameters()]
        return types
    finally:
        await connection.close()


def _text(value: Any) -> str:
    """Return a value as PostgreSQL reads it."""
    if isinstance(value, list | tuple):
        return "{" + ",".join(map(_element, value)) + "}"
    return str(value)


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
