"""Reads the settings: environment over file over defaults."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from mobius.api.origins import networks
from mobius.api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "MOBIUS_"
_CLIENT_SIDE = {"MOBIUS_API_URL", "MOBIUS_PROJECT", "MOBIUS_CONFIG"}
_FOR_TESTS = "MOBIUS_TEST_"


class InvalidSettings(Exception):
    """A setting cannot be used; the message names it and says why."""


def load_settings(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """The settings of this process. `overrides` (command line options) win unless they are None."""
    env = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    if path := env.get("MOBIUS_CONFIG"):
        values |= _from_file(Path(path))
    values |= _from_environment(env)
    values |= {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise InvalidSettings(f"invalid setting: {error}".replace("$.", "")) from None
    _check(settings)
    return msgspec.structs.replace(settings, data_dir=settings.data_dir.expanduser())


def _check(settings: Settings) -> None:
    """What no type can say."""
    try:
        networks(settings.trusted_proxies)
    except ValueError as error:
        raise InvalidSettings(f"invalid setting: trusted_proxies: {error}") from None
    if settings.oidc_issuer and not settings.oidc_client_id:
        raise InvalidSettings(
            "invalid setting: oidc_client_id: an OpenID provider needs it (oidc_issuer is set)"
        )
    if settings.oidc_issuer and not settings.public_url:
        raise InvalidSettings("invalid setting: public_url: the OpenID provider sends people back there")


def _path(kind: type[Any], value: Any) -> Any:
    return kind(value)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InvalidSettings(f"MOBIUS_CONFIG: cannot read {path}: {error}") from None


def _from_environment(env: Mapping[str, str]) -> dict[str, Any]:
    """`MOBIUS_<FIELD>` of every field; an empty variable counts as unset."""
    values: dict[str, Any] = {}
    for name, value in env.items():
        field = name.removeprefix(PREFIX).lower()
        if not name.startswith(PREFIX) or name in _CLIENT_SIDE or name.startswith(_FOR_TESTS) or not value:
            continue
        if field in Settings.__struct_fields__:
            values[field] = value
        else:
            structlog.get_logger("mobius.settings").warning("unknown_setting", name=name)
    return values
