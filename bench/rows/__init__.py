"""The rows of the table, in its order; each in a file that says what it measures."""

from __future__ import annotations

from collections.abc import Sequence

from bench.row import Row
from bench.rows.channel_pages import CHANNEL_PAGES
from bench.rows.channel_readers import CHANNEL_READERS
from bench.rows.cpu_per_round_trip import CPU_PER_ROUND_TRIP
from bench.rows.fan_out import FAN_OUT
from bench.rows.growth import GROWTH
from bench.rows.idle_polls import IDLE_POLLS
from bench.rows.long_run import LONG_RUN
from bench.rows.round_trips import ROUND_TRIPS_COMPARED, ROUND_TRIPS_ON_POSTGRES, ROUND_TRIPS_ON_SQLITE
from bench.rows.sequential_steps import SEQUENTIAL_STEPS
from bench.rows.start_to_claim import START_TO_CLAIM
from bench.rows.starts import STARTS_OF_RUNS
from bench.rows.subscribers import EVENT_SUBSCRIBERS
from bench.rows.two_servers import TWO_SERVERS

ROWS: Sequence[Row] = (
    ROUND_TRIPS_ON_POSTGRES,
    ROUND_TRIPS_ON_SQLITE,
    ROUND_TRIPS_COMPARED,
    CPU_PER_ROUND_TRIP,
    SEQUENTIAL_STEPS,
    START_TO_CLAIM,
    STARTS_OF_RUNS,
    LONG_RUN,
    TWO_SERVERS,
    FAN_OUT,
    IDLE_POLLS,
    EVENT_SUBSCRIBERS,
    GROWTH,
    CHANNEL_PAGES,
    CHANNEL_READERS,
)
