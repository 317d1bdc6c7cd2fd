"""Runs Schemathesis against a server: every operation that the server declares, none chosen by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from mobius.server.app import declared
from tests.harness.server import ServerProcess

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
)
ROOT = Path(__file__).parents[2]


def generated_for() -> set[str]:
    """The operations that requests are generated for: all, apart from streams, which have no end."""
    return {
        one.id for one in declared().operations if not one.hidden and one.media_type != "text/event-stream"
    }


@dataclass
class Outcome:
    """How a run of Schemathesis ended, and how often each operation gave each status."""

    failed: bool
    output: str
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)

    @property
    def reached(self) -> set[str]:
        """The operations that were called."""
        return {operation for operation, _ in self.answers}

    @property
    def succeeded(self) -> set[str]:
        """The operations that gave a success at least once."""
        return {operation for operation, status in self.answers if status < 300}


def generate_requests(
    server: ServerProcess, place: Path, *, phases: str, seed: int, examples: int, seconds: int | None = None
) -> Outcome:
    """Make requests in a project of their own. With `seconds` they are repeated until the time is over."""
    project = server.http.get(f"/projects/{server.new_project()}").raise_for_status().json()
    keys = server.http.get("/api-keys").raise_for_status().json()["items"]
    kept = [project["id"], project["handle"], *(key["id"] for key in keys)]
    place.mkdir(parents=True, exist_ok=True)
    config, counts = place / "schemathesis.toml", place / "answers.json"
    # Most requests are about a project that exists.
    config.write_text(f'[parameters]\nproject = "{project["handle"]}"\n', encoding="utf-8")
    streams = {one.id for one in declared().operations if one.media_type == "text/event-stream"}
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "--no-color", "run"),
        f"{server.base_url}/openapi.json",
        *("--header", f"Authorization: Bearer {server.key}"),
        *("--checks", ",".join(CHECKS)),
        *("--phases", phases),
        *("--max-examples", str(examples)),
        *("--seed", str(seed)),
        *(part for stream in sorted(streams) for part in ("--exclude-operation-id", stream)),
        *("--request-timeout", "20"),
        *("--generation-database", "none"),
        *("--workers", "1"),
        *(() if seconds is None else ("--max-time", str(seconds), "--continue-on-failure")),
    ]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.contract.schemathesis_hooks",
        "PYTHONPATH": str(ROOT),
        "MOBIUS_TEST_PHASE": phases,
        "MOBIUS_TEST_KEPT": " ".join(kept),
        "MOBIUS_TEST_COUNTS": str(counts),
    }
    limit = 220 if seconds is None else seconds + 120
    try:
        done = subprocess.run(
            command, cwd=place, env=environment, capture_output=True, text=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired as expired:
        return Outcome(failed=True, output=f"no end within {limit} s: {expired.output!r}")
    rows = json.loads(counts.read_text(encoding="utf-8")) if counts.exists() else []
    answers: Counter[tuple[str, int]] = Counter({(name, status): count for name, status, count in rows})
    return Outcome(done.returncode != 0, done.stdout + done.stderr, answers)
