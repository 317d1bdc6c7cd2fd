"""Where the server is and who calls: arguments, environment, logins, then the local server's own files."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from mobius.client.errors import ConfigurationError
from mobius.client.logins import stored_login

DEFAULT_URL = "http://127.0.0.1:8080"


class _RunningServer(msgspec.Struct):
    """What a running server wrote about itself into its data directory."""

    url: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """The address of a server, the key to call it with, and the project that calls are about."""

    url: str
    api_key: str
    project: str = "default"
    timeout: float = 30.0

    def __repr__(self) -> str:
        return f"Connection(url={self.url!r}, project={self.project!r})"


def resolve_connection(
    url: str | None = None, api_key: str | None = None, project: str | None = None, timeout: float = 30.0
) -> Connection:
    """Fill in what is not given.

    The address comes from `MOBIUS_API_URL`, else it is the local server's; the key from `MOBIUS_API_KEY`,
    else from `mobius login` at that address, else, for an address on this machine only, from the file that
    the local server wrote into its data directory; the project from `MOBIUS_PROJECT`, else it is `default`.
    """
    address = resolve_address(url)
    key = api_key or os.environ.get("MOBIUS_API_KEY") or _login_token(address) or _own_key(address)
    if not key:
        raise ConfigurationError(
            f"no API key for {address}: set MOBIUS_API_KEY, sign in with `mobius login`, or start a local "
            f"server with `mobius server`, which writes its first key to {key_file()}"
        )
    return Connection(address, key, project or os.environ.get("MOBIUS_PROJECT") or "default", timeout)


def resolve_address(url: str | None = None) -> str:
    """The address of the server: the one given, else of `MOBIUS_API_URL`, else of the local server."""
    address = (url or os.environ.get("MOBIUS_API_URL") or local_url()).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(
            f"{address!r} is not the address of a server: set MOBIUS_API_URL to something like {DEFAULT_URL}"
        )
    return address


def data_dir() -> Path:
    """The directory in which a local server keeps its database, its first key and its process files."""
    return Path(os.environ.get("MOBIUS_DATA_DIR") or "~/.mobius").expanduser()


def key_file() -> Path:
    """The file with the first key of the local server."""
    return data_dir() / "api-key"


def _login_token(address: str) -> str | None:
    login = stored_login(address)
    return None if login is None else login.token


def _own_key(address: str) -> str | None:
    return local_key() if is_loopback(urlsplit(address).hostname or "") else None


def local_key() -> str | None:
    """The first key of the local server, if there is one that may be read."""
    try:
        return key_file().read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def local_url() -> str:
    """The address of the server that runs on the local data directory, else the default address."""
    try:
        recorded = msgspec.json.decode((data_dir() / "server.pid").read_bytes(), type=_RunningServer).url
    except (OSError, msgspec.DecodeError):
        recorded = ""
    if recorded:
        return recorded
    port = os.environ.get("MOBIUS_PORT")
    return f"http://127.0.0.1:{port}" if port else DEFAULT_URL


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine: only then may the local key be sent to it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
