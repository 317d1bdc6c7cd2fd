"""Generated requests, good and bad, alone and along links: every answer keeps the schema's promise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

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
HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("phase", ["coverage", "fuzzing", "stateful"])
def test_no_answer_breaks_the_served_schema(own_server: ServerProcess, phase: str, tmp_path: Path) -> None:
    project = own_server.new_project()
    config = tmp_path / "schemathesis.toml"
    # Most requests are about a project that exists; streams have no end, and have tests of their own.
    config.write_text(f'[parameters]\nproject = "{project}"\n', encoding="utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
    options = [
        f"{own_server.base_url}/openapi.json",
        *("--header", f"Authorization: Bearer {own_server.key}"),
        *("--checks", ",".join(CHECKS)),
        *("--phases", phase),
        *("--max-examples", "30"),
        *("--seed", "7"),  # the same requests every time: a test run is no lottery
        *("--exclude-path-regex", "/events$"),
        *("--exclude-operation-id", "deleteProject"),
        *("--request-timeout", "20"),
        *("--generation-database", "none"),
        *("--workers", "1"),
        "--no-color",
    ]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.contract.schemathesis_hooks",
        "PYTHONPATH": str(ROOT),
        "MOBIUS_TEST_PHASE": phase,
    }
    done = subprocess.run(
        [*command, *options],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=220,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
    tested = re.search(r"Tested:\s+(\d+)", done.stdout)
    assert tested is not None, done.stdout[-2_000:]
    assert int(tested[1]) >= (15 if phase == "stateful" else 35)
    assert own_server.http.get("/health").status_code == 200
