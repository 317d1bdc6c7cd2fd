"""`mobius metrics`"""

from __future__ import annotations

from mobius.cli.output import console, print_json, print_table, seconds_text, status_text, when
from mobius.cli.target import JsonOption, with_client
from mobius.client import Client


@with_client
def show_metrics(client: Client, *, as_json: JsonOption = False) -> None:
    """Show how the project does: its runs, jobs and workers now, and how runs ended in the last hour."""
    found = client.get_project_metrics()
    if as_json:
        print_json(found)
        return
    console().print(f"{when(found.generated_at)}, window {found.window_minutes} minutes", style="dim")
    print_table(
        ["FIGURE", "NOW"],
        (
            ("runs started in the window", found.total_runs_window),
            ("runs started per minute", f"{found.runs_per_minute:.2f}"),
            ("failed of those that ended", f"{found.failure_rate:.1%}"),
            ("mean duration of a run", seconds_text(found.avg_run_seconds)),
            ("95 % of steps took at most", seconds_text(found.p95_step_seconds)),
            ("jobs that wait for a worker", found.queue_depth),
            ("active workers", found.active_workers),
            ("stale workers", found.stale_workers),
        ),
        empty="",
    )
    print_table(
        ["STATUS", "RUNS"],
        ((status_text(status), count) for status, count in found.status_breakdown.items()),
        empty="no runs yet",
    )
