"""The rows of the table, in its order; each in a file that says what it measures."""

from __future__ import annotations

from collections.abc import Sequence

from bench.row import Row
from bench.rows.sequential_steps import SEQUENTIAL_STEPS
from bench.rows.start_to_claim import START_TO_CLAIM

ROWS: Sequence[Row] = (SEQUENTIAL_STEPS, START_TO_CLAIM)
