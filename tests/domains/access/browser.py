"""A browser, as far as these pages need one: cookies, forms, and what a browser says of where it is."""

from __future__ import annotations

import re
from typing import Any

import httpx

from tests.harness.server import ServerProcess


def browser(server: ServerProcess) -> httpx.Client:
    """Return a client with cookies, whose requests come from the server's own pages."""
    return httpx.Client(
        base_url=server.base_url,
        timeout=30,
        trust_env=False,
        headers={"Origin": server.base_url},
        limits=httpx.Limits(max_keepalive_connections=0),
    )


def signed_in(server: ServerProcess, user: dict[str, Any]) -> httpx.Client:
    """Return a browser in which somebody has signed in with their password."""
    client = browser(server)
    body = {"email": user["email"], "password": user["password"]}
    answer = client.post("/auth/session", json=body)
    assert answer.status_code == 204, answer.text
    return client


def form_on(page: httpx.Response, action: str) -> dict[str, str]:
    """Return the fields that the form of a page holds already."""
    [form] = re.findall(rf'<form method="post" action="{action}">(.*?)</form>', page.text, re.DOTALL)
    found = re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form)
    chosen = re.findall(r'<select[^>]*name="(\w+)".*?<option value="([^"]*)" selected', form, re.DOTALL)
    return dict(found + chosen)
