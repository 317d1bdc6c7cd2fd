"""`mobius demo`: a new user's first command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def mobius(*arguments: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MOBIUS_")}
    return subprocess.run(
        [sys.executable, "-m", "mobius", *arguments],
        env=environment | {"MOBIUS_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.timeout(120)
def test_it_runs_its_workflows_and_leaves_the_server_to_go_on_with(tmp_path: Path) -> None:
    try:
        first = mobius("demo", "--port", "0", data_dir=tmp_path)
        assert first.returncode == 0, first.stdout + first.stderr
        names = (
            "order fulfilment",
            "retry and catch",
            "fan-out",
            "sleep",
            "wait for a signal",
            "reply to a customer",
        )
        for name in names:
            assert name in first.stdout
        assert first.stdout.count("run completed") == 7
        assert "mobius stop" in first.stdout
        listed = mobius("runs", "list", data_dir=tmp_path)
        assert listed.stdout.count("completed") == 7
        said = mobius("channels", "read", "replies", data_dir=tmp_path).stdout
        assert "Sent: Thank you for asking" in said
        assert "Withdrawn." in said

        again = mobius("demo", data_dir=tmp_path)
        assert again.returncode == 0, again.stdout + again.stderr
        assert "using the server that runs already" in again.stdout
        assert (tmp_path / "server.log").stat().st_mode & 0o077 == 0
    finally:
        stopped = mobius("stop", data_dir=tmp_path)
    assert stopped.stdout.count("stopped the") == 3
    assert "nothing runs" in mobius("stop", data_dir=tmp_path).stdout
