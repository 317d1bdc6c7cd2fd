"""The few pages for people: plain HTML without scripts, which nobody may frame or use from elsewhere."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import Response

if TYPE_CHECKING:
    from mobius.api.errors import ApiError

HOME = "/account"
_LOCAL_PATH = re.compile(r"/(?!/)[\w\-./?=&%]*", re.ASCII)


def page(template: str, status: int = 200, cookie: str | None = None, **values: Any) -> Response:
    """A rendered page."""
    text = _environment().get_template(template).render({"problem": None, "style": _style(), **values})
    headers = {**_headers(), **({"Set-Cookie": cookie} if cookie else {})}
    return Response(text, status, headers, media_type="text/html")


def sent_on(path: str, cookie: str | None = None) -> Response:
    """An answer that sends the browser to another page of this server."""
    headers = {"Location": local_path(path), "Cache-Control": "no-store"}
    return Response(status_code=303, headers=headers | ({"Set-Cookie": cookie} if cookie else {}))


def problem_page(error: ApiError) -> Response:
    """What went wrong, in a sentence."""
    response = page("done.html", error.status, title="That did not work", text=sentence(error))
    response.headers.update(error.headers)
    return response


def sentence(error: ApiError) -> str:
    """The message of an error as people write one."""
    return f"{error.message[:1].upper()}{error.message[1:]}."


def local_path(path: str) -> str:
    """The path when it leads to a page of this server, else to the account."""
    return path if _LOCAL_PATH.fullmatch(path) else HOME


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("mobius.domains.access"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
    )


@cache
def _style() -> str:
    return files("mobius.domains.access").joinpath("templates/page.css").read_text(encoding="utf-8")


@cache
def _headers() -> dict[str, str]:
    style = b64encode(sha256(_style().encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        ),
        "Cache-Control": "no-store",
        # With no referrer at all a browser would not say which site its forms come from.
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
