"""The credentials of `mobius login`, kept in a file that only its owner may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import msgspec
from msgspec import Struct

from mobius.client.errors import ConfigurationError


class Login(Struct, kw_only=True):
    """A credential for one server; `token` is what calls present."""

    token: str
    credential_id: str
    org_id: str


class _Logins(Struct):
    logins: dict[str, Login] = {}


def logins_file() -> Path:
    """Where logins are kept."""
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "mobius" / "logins.json"


def stored_login(url: str) -> Login | None:
    """The login at this address, if there is one."""
    return _read().logins.get(url.rstrip("/"))


def remember_login(url: str, login: Login) -> None:
    """Keep a login, instead of an earlier one at the same address."""
    kept = _read()
    _write(_Logins({**kept.logins, url.rstrip("/"): login}))


def forget_login(url: str) -> None:
    """Keep the login at this address no longer."""
    kept = _read()
    _write(_Logins({address: login for address, login in kept.logins.items() if address != url.rstrip("/")}))


def _read() -> _Logins:
    try:
        return msgspec.json.decode(logins_file().read_bytes(), type=_Logins)
    except FileNotFoundError:
        return _Logins()
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigurationError(
            f"cannot read {logins_file()}: {error}; remove it and run `mobius login` again"
        ) from error


def _write(logins: _Logins) -> None:
    """Whole or not at all, and at no time readable for anybody else."""
    path = logins_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(logins)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
