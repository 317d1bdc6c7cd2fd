"""Reading what a user writes: workflow files and `key=value` inputs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from mobius.client import ConfigurationError


def load_spec(path: Path) -> dict[str, Any]:
    """The workflow in a YAML or JSON file."""
    try:
        spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"there is no file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path} is not YAML: {_one_line(error)}") from None
    if not isinstance(spec, dict):
        raise ConfigurationError(f"{path} must hold a workflow: a mapping with `name` and `steps`")
    return {str(key): _as_json(value) for key, value in spec.items()}


def parse_inputs(pairs: Sequence[str]) -> dict[str, Any]:
    """`key=value` pairs; a value that is JSON is taken as JSON, anything else as text."""
    inputs: dict[str, Any] = {}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator or not name:
            raise ConfigurationError(f"an input is written key=value, not {pair!r}")
        try:
            inputs[name] = json.loads(text)
        except ValueError:
            inputs[name] = text
    return inputs


def _as_json(value: Any) -> Any:
    """YAML knows more than JSON (dates, keys that are no text): as JSON would write it."""
    if isinstance(value, dict):
        return {str(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _one_line(error: yaml.YAMLError) -> str:
    return " ".join(str(error).split())
