"""Where a client finds the server, the key and the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from mobius.client import Client, ConfigurationError, resolve_connection
from mobius.client.connection import is_loopback
from mobius.client.logins import Login, forget_login, logins_file, remember_login


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("MOBIUS_API_URL", "MOBIUS_API_KEY", "MOBIUS_PROJECT", "MOBIUS_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MOBIUS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOBIUS_API_URL", "http://env.test")
    monkeypatch.setenv("MOBIUS_API_KEY", "mbx_env")
    monkeypatch.setenv("MOBIUS_PROJECT", "env")
    from_environment = resolve_connection()
    given = resolve_connection("https://given.test/", "mbx_given", "given")
    assert (from_environment.url, from_environment.api_key, from_environment.project) == (
        "http://env.test",
        "mbx_env",
        "env",
    )
    assert (given.url, given.api_key, given.project) == ("https://given.test", "mbx_given", "given")


def test_a_local_server_needs_no_settings(no_environment: Path) -> None:
    (no_environment / "api-key").write_text("mbx_local\n")
    connection = resolve_connection()
    assert (connection.url, connection.api_key, connection.project) == (
        "http://127.0.0.1:8080",
        "mbx_local",
        "default",
    )


def test_a_login_is_used_at_its_own_server_when_no_key_is_set(
    no_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (no_environment / "api-key").write_text("mbx_local\n")
    remember_login("http://127.0.0.1:8080/", Login(token="mbc_here", credential_id="clc_1", org_id="org_1"))
    remember_login("https://mobius.test", Login(token="mbc_there", credential_id="clc_2", org_id="org_1"))
    assert logins_file().stat().st_mode & 0o777 == 0o600
    assert resolve_connection().api_key == "mbc_here"
    assert resolve_connection("https://mobius.test").api_key == "mbc_there"
    with pytest.raises(ConfigurationError):
        resolve_connection("https://other.test")
    monkeypatch.setenv("MOBIUS_API_KEY", "mbx_env")
    assert resolve_connection().api_key == "mbx_env"
    monkeypatch.delenv("MOBIUS_API_KEY")
    forget_login("http://127.0.0.1:8080")
    assert resolve_connection().api_key == "mbx_local"
    logins_file().write_text("{")
    with pytest.raises(ConfigurationError, match="mobius login"):
        resolve_connection()


def test_the_local_key_is_never_sent_elsewhere(no_environment: Path) -> None:
    (no_environment / "api-key").write_text("mbx_local\n")
    with pytest.raises(ConfigurationError, match="MOBIUS_API_KEY"):
        resolve_connection("https://mobius.example.com")


def test_a_missing_key_says_what_to_do() -> None:
    with pytest.raises(ConfigurationError, match="set MOBIUS_API_KEY, sign in with `mobius login`"):
        Client()


@pytest.mark.parametrize("url", ["mobius.test:8080", "ftp://mobius.test", "http://"])
def test_an_address_must_be_one(url: str) -> None:
    with pytest.raises(ConfigurationError, match="MOBIUS_API_URL"):
        resolve_connection(url, "mbx_key")


def test_the_key_is_not_shown() -> None:
    assert "mbx_secret" not in repr(resolve_connection("http://mobius.test", "mbx_secret"))


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("127.0.0.1.evil.test", False),
    ],
)
def test_loopback(host: str, here: bool) -> None:
    assert is_loopback(host) is here
