"""Compiled specifications are kept, in bounded memory."""

from __future__ import annotations

import pytest

from mobius.engine.spec import WorkflowSpec
from mobius.execution.compiled_specs import KEPT, KEPT_BYTES, CompiledSpecs, spec_hash_and_size


def made(number: int, text: int) -> dict[str, object]:
    step = {"name": "a", "action": "x", "parameters": {"text": "x" * text}}
    return {"name": f"no. {number}", "steps": [step]}


@pytest.mark.anyio
@pytest.mark.parametrize("text", [10, KEPT_BYTES // 10, KEPT_BYTES + 1])
async def test_the_latest_are_kept_up_to_a_number_and_a_size(text: int) -> None:
    specs = CompiledSpecs(None)  # type: ignore[arg-type] # what is asked for is at hand
    latest: tuple[dict[str, object], WorkflowSpec] | None = None
    for number in range(KEPT + 10 if text == 10 else 12):
        raw = made(number, text)
        latest = raw, await specs.compiled(raw, *spec_hash_and_size(raw))
    assert latest is not None
    raw, spec = latest
    assert await specs.get("project", spec_hash_and_size(raw)[0]) is spec
    kept = [size for _, size in specs._compiled.values()]
    assert len(kept) == {10: KEPT, KEPT_BYTES // 10: 9}.get(text, 1)
    assert sum(kept) == specs._size
    may_be_held = specs.size_to_hold(spec_hash_and_size(raw)[0]) is not None
    assert may_be_held == (text == 10)
