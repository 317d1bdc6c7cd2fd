"""What a torture does, as data that follows from its seed: the cast, and which faults happen when to whom."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple

Database = Literal["sqlite", "postgres"]
Role = Literal["server", "link to the database", "link to clients", "worker", "database", "reader"]

LEASE_SECONDS = 2.0
HEARTBEAT_SECONDS = 1.0
READERS = 3
"""The first one is never hindered: the load goes by what it sees."""
RECOVERY_SECONDS: dict[Role, float] = {"server": 4.0, "database": 3.0}
"""How long what was hit is spared then, so that something happens in between; the others: half a second."""


class Kind(NamedTuple):
    """A kind of fault: whom it hits, how often it is drawn, and how long it lasts at least and at most."""

    name: str
    role: Role
    weight: int
    shortest: float
    longest: float
    on: tuple[Database, ...] = ("sqlite", "postgres")


KINDS = (
    Kind("server killed", "server", 6, 0.0, 1.5),
    Kind("server frozen", "server", 3, 0.5, 4.0),
    Kind("database cut off", "link to the database", 4, 0.2, 2.5, ("postgres",)),
    Kind("commits unanswered", "link to the database", 5, 0.5, 3.0, ("postgres",)),
    Kind("clients cut off", "link to clients", 3, 0.2, 2.0),
    Kind("answers lost", "link to clients", 4, 0.5, 3.0),
    Kind("worker killed", "worker", 6, 0.0, 0.0),
    Kind("worker frozen beyond its lease", "worker", 5, LEASE_SECONDS + 0.5, LEASE_SECONDS + 3.0),
    Kind("worker stopped", "worker", 2, 0.0, 0.0),
    Kind("PostgreSQL restarted (fast)", "database", 2, 0.0, 0.0, ("postgres",)),
    Kind("PostgreSQL restarted (immediate)", "database", 3, 0.0, 0.0, ("postgres",)),
    Kind("disk full", "database", 5, 0.5, 4.0, ("sqlite",)),
    # So long that what is sent meanwhile does not fit into the buffers on the way.
    Kind("reader stopped reading", "reader", 2, 1.0, 20.0),
)


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong `at` so many seconds after the beginning, for some `seconds`."""

    at: float
    kind: Kind
    target: int
    seconds: float


@dataclass(frozen=True)
class Plan:
    """A torture."""

    seed: str
    database: Database
    seconds: float
    workers: int
    servers: int = 1
    starts_per_second: float = 5.0
    seconds_per_fault: float = 0.8

    def faults(self) -> tuple[Fault, ...]:
        """Return all faults in the order of their time; all are mended within the time of the torture.

        Nobody is hit while he still suffers from another one.
        """
        chance = Random(f"{self.seed}/faults")
        kinds = [kind for kind in KINDS if self.database in kind.on for _ in range(kind.weight)]
        deck: list[Kind] = []  # so that none is missing even when the time is short
        free_at: dict[tuple[Role, int], float] = {}
        faults: list[Fault] = []
        at = 0.5 + chance.expovariate(1 / self.seconds_per_fault)
        while at < self.seconds:
            deck = deck or chance.sample(kinds, len(kinds))
            kind = deck.pop()
            target = chance.randrange(self._how_many(kind.role))
            seconds = chance.uniform(kind.shortest, kind.longest)
            if free_at.get((kind.role, target), 0.0) <= at and at + seconds <= self.seconds:
                faults.append(Fault(at, kind, target, seconds))
                free_at[kind.role, target] = at + seconds + RECOVERY_SECONDS.get(kind.role, 0.5)
            at += chance.expovariate(1 / self.seconds_per_fault)
        return tuple(faults)

    def clock_of_server(self, number: int) -> float:
        """Return how many seconds the clock of a server is ahead. One alone has nobody to agree with."""
        chance = Random(f"{self.seed}/clock of server {number}")
        return chance.choice([0.0, 3600.0, -3600.0, 40.0]) if self.database == "postgres" else 0.0

    def clock_of_worker(self, number: int) -> float:
        """Return how many seconds the clock of a worker is ahead."""
        chance = Random(f"{self.seed}/clock of worker {number}")
        return chance.choice([0.0, chance.uniform(-86400, 86400)])

    @property
    def mounted(self) -> bool:
        """Whether a full disk is a real one; else the system refuses the server's writes."""
        return Random(f"{self.seed}/disk").random() < 0.5

    def _how_many(self, role: Role) -> int:
        match role:
            case "worker":
                return self.workers
            case "reader":
                return READERS - 1
            case "database":
                return 1
            case _:
                return self.servers


def drawn(
    seed: str, database: Database, seconds: float, workers: int | None = None, servers: int | None = None
) -> Plan:
    """Return the torture of a seed. It draws 5 to 20 workers and 1 to 3 servers (SQLite: 1)."""
    chance = Random(f"{seed}/cast")
    some_workers, some_servers = chance.randint(5, 20), chance.randint(1, 3)
    if database == "sqlite":
        servers = 1
    return Plan(seed, database, seconds, workers or some_workers, servers or some_servers)
