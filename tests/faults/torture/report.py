"""The figures of a torture, as people read them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.torture.checker import Verdict
from tests.faults.torture.conductor import Torture

SHOWN_VIOLATIONS = 20


def lines(torture: Torture, verdict: Verdict) -> Iterator[str]:
    """Yield the report line by line."""
    history = torture.history
    plan = history.plan
    took = f"{torture.seconds:.0f} s, of which {plan.seconds:.0f} s faults"
    yield f"torture of {plan.database}, seed {plan.seed}: {took}"
    yield f"  {plan.servers} servers, {plan.workers} workers, {len(history.readers)} readers"
    yield f"  faults injected: {sum(torture.faults.values())}"
    yield from (f"    {times:6} {kind}" for kind, times in sorted(torture.faults.items()))
    outcomes = ", ".join(f"{times} {status}" for status, times in sorted(verdict.outcomes.items()))
    yield f"  runs: {len(history.runs)} ({outcomes})"
    yield f"    {verdict.compared:6} compared with the same run without faults"
    yield f"    {verdict.transitions:6} transitions replayed by the pure engine"
    yield from (f"    {count:6} {what}" for what, count in _counts(torture))
    repeated = ", ".join(f"{times} for {reason}" for reason, times in sorted(torture.repeated.items()))
    yield f"  requests repeated: {repeated or 'none'}"
    yield f"  violations: {len(verdict.violations)}"
    yield from (f"    {violation}" for violation in verdict.violations[:SHOWN_VIOLATIONS])


def _counts(torture: Torture) -> Iterator[tuple[str, int]]:
    history = torture.history
    runs = history.runs.values()
    kinds = [entry.kind for run in runs for entry in run.journal]
    claimed = kinds.count("job claimed")
    yield "jobs", kinds.count("job created")
    yield "claims", claimed
    yield "claims whose answer was lost", claimed - len(history.claims)
    yield "attempts handed back or lost with their lease", kinds.count("job pending")
    yield "completions acknowledged", sum(report["status"] == 204 for report in history.reports)
    yield "reports refused by their fence", sum(report["status"] == 409 for report in history.reports)
    yield "signals", sum(len(run.signals) for run in runs)
    yield "timers set", kinds.count("timer set")
    yield "events", len(history.events)
    yield "connections of the readers", torture.reconnections
