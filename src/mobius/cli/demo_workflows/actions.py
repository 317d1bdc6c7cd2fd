"""What the workflows of the demo call: small stand-ins for the systems of a shop."""

from __future__ import annotations

import asyncio
from random import Random

from mobius.worker import ActionContext, ActionError, Actions

actions = Actions()
chance = Random()  # noqa: S311  made-up figures, no secrets


@actions.action("check-order")
async def check_order(order: str) -> dict[str, object]:
    """Look an order up."""
    await asyncio.sleep(0.3)
    return {"order": order, "items": ["lamp", "desk"]}


@actions.action("reserve-stock")
async def reserve_stock(order: str, items: list[str], context: ActionContext) -> dict[str, object]:
    """Reserve the items one after the other, and tell about each."""
    for item in items:
        await asyncio.sleep(0.4)
        context.emit("reserved", {"order": order, "item": item})
    return {"warehouse": "north", "items": items}


@actions.action("charge-card")
async def charge_card(amount: float, card: str = "valid") -> dict[str, object]:
    """Charge a card; an expired one is declined."""
    await asyncio.sleep(0.5)
    if card == "expired":
        raise ActionError("CardDeclined", "your card has expired")
    return {"number": f"R-{chance.randint(1000, 9999)}", "amount": amount}


@actions.action("ship")
async def ship(parameters: dict[str, str]) -> dict[str, str]:
    """Hand the parcel over."""
    await asyncio.sleep(0.3)
    return {"tracking": f"{parameters['from'].upper()}-{parameters['receipt']}"}


@actions.action("flaky-service")
def flaky_service(fails: int, context: ActionContext) -> str:
    """Fail in the first attempts."""
    if context.attempt <= fails:
        raise ActionError("ServiceDown", f"no answer in attempt {context.attempt}")
    return f"answered in attempt {context.attempt}"


@actions.action("measure")
async def measure(city: str) -> dict[str, object]:
    """Measure how warm it is somewhere."""
    await asyncio.sleep(chance.uniform(0.2, 0.8))
    return {"city": city, "degrees": chance.randint(-5, 35)}
