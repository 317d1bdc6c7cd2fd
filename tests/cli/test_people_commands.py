"""Signing in on the command line, and its commands about people, orgs and service accounts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.domains.access.browser import signed_in
from tests.domains.conversation import answered, refused, unique
from tests.domains.people import client_of, new_member, new_org
from tests.harness.server import ServerProcess

Mobius = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(server: ServerProcess, tmp_path: Path) -> dict[str, str]:
    """Return the environment of commands without a key."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOBIUS_")}
    own = {"MOBIUS_DATA_DIR": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    return kept | own | {"MOBIUS_API_URL": server.base_url, "MOBIUS_PROJECT": server.new_project()}


@pytest.fixture
def mobius(environment: dict[str, str], tmp_path: Path) -> Mobius:
    """Run a command."""

    def run(*arguments: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mobius", *arguments],
            env=environment | more,
            cwd=tmp_path,
            input=typed,
            capture_output=True,
            text=True,
            timeout=40,
            check=False,
        )

    return run


def test_a_person_signs_in_works_and_signs_out(
    server: ServerProcess, mobius: Mobius, environment: dict[str, str], tmp_path: Path
) -> None:
    assert "sign in with `mobius login`" in mobius("whoami").stderr
    ada = new_member(server)
    with subprocess.Popen(
        [sys.executable, "-m", "mobius", "login", "--label", "test laptop"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as login:
        assert login.stdout is not None
        code = ""
        while not code:
            code = "".join(re.findall(r"^\s+(\w{4}-\w{4})$", login.stdout.readline()))
        answered(ada.http.post("/auth/device/confirm", json={"user_code": code}), 200)
        rest = login.stdout.read()
    assert login.returncode == 0, rest
    assert f"signed in as {ada.record['name']}" in rest
    file = tmp_path / "config" / "mobius" / "logins.json"
    assert file.stat().st_mode & 0o777 == 0o600
    [kept] = json.loads(file.read_text())["logins"].values()
    shown = json.loads(mobius("whoami", "--json").stdout)
    assert (shown["user_id"], shown["auth_type"], shown["role"]) == (ada.id, "cli_token", "member")
    assert ada.record["name"] in mobius("whoami").stdout
    assert mobius("runs", "list").returncode == 0
    assert mobius("logout").returncode == 0
    refused(client_of(server, kept["token"]).get("/auth/me"), 401, "unauthenticated")
    assert json.loads(file.read_text())["logins"] == {}
    assert "not signed in" in mobius("logout").stderr


def test_a_file_of_logins_that_cannot_be_read_is_told_of_first(mobius: Mobius, tmp_path: Path) -> None:
    file = tmp_path / "config" / "mobius" / "logins.json"
    file.parent.mkdir(parents=True)
    file.write_text("{", encoding="utf-8")
    refused_login = mobius("login")
    assert refused_login.returncode == 1
    assert f"cannot read {file}" in refused_login.stderr
    assert "type this code" not in refused_login.stdout


def test_a_login_that_has_ended_is_told_of(mobius: Mobius) -> None:
    ended = mobius("whoami", MOBIUS_API_KEY="mbc_ended").stderr
    assert "expired or was revoked" in ended
    assert "sign in with `mobius login`" in ended


def test_people_are_added_changed_and_removed(server: ServerProcess, mobius: Mobius) -> None:
    key = {"MOBIUS_API_KEY": server.key}
    email = f"{unique('ada')}@example.com"
    created = mobius("users", "create", "Ada", "--email", email, "--with-key", **key)
    assert created.returncode == 0, created.stderr
    [user_id], [secret] = re.findall(r"usr_\w+", created.stdout), re.findall(r"mbx_\S+", created.stdout)
    assert email in mobius("users", "list", **key).stdout
    assert "can sign in" in mobius("users", "set-password", user_id, typed="a long password\n", **key).stdout
    signed_in(server, {"email": email, "password": "a long password"})
    assert "admin now" in mobius("users", "role", user_id, "admin", **key).stdout
    assert "removed" in mobius("users", "remove", user_id, **key).stdout
    refused(client_of(server, secret).get("/auth/me"), 401, "unauthenticated")
    assert "not_found" in mobius("users", "role", user_id, "admin", **key).stderr


def test_the_first_owner_gets_an_address_and_a_password(own_server: ServerProcess, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOBIUS_")}
    done = subprocess.run(
        [sys.executable, "-m", "mobius", "users", "set-password", "--email", "owner@example.com"],
        env=kept | {"MOBIUS_API_URL": own_server.base_url, "MOBIUS_API_KEY": own_server.key},
        cwd=tmp_path,
        input="a long password\n",
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    signed_in(own_server, {"email": "owner@example.com", "password": "a long password"})


def test_orgs_are_created_and_deleted(server: ServerProcess, mobius: Mobius) -> None:
    handle, other = unique("org"), new_org(server)
    created = mobius("orgs", "create", "Other", handle, "--with-key", MOBIUS_API_KEY=server.key)
    assert f"created organization {handle}" in created.stdout
    [secret] = re.findall(r"mbx_\S+", created.stdout)
    [org_id] = re.findall(r"org_\w+", created.stdout)
    assert handle in mobius("orgs", "list", MOBIUS_API_KEY=secret).stdout
    refusal = mobius("orgs", "add-member", new_member(server, owner=other.http).id, MOBIUS_API_KEY=secret)
    assert refusal.returncode == 0, refusal.stderr
    assert "deleted" in mobius("orgs", "delete", org_id, MOBIUS_API_KEY=secret).stdout


def test_service_accounts_are_created_disabled_and_deleted(server: ServerProcess, mobius: Mobius) -> None:
    key = {"MOBIUS_API_KEY": server.key}
    assert "no service accounts" in mobius("service-accounts", "list", **key).stdout
    created = mobius("service-accounts", "create", "importer", "--role", "worker", **key).stdout
    [account_id] = re.findall(r"sa_\w+", created)
    assert "worker" in mobius("service-accounts", "list", **key).stdout
    secret = mobius("keys", "create", unique("key"), "--service-account", account_id, **key).stdout.strip()
    http = client_of(server, secret)
    assert answered(http.get("/auth/me"), 200)["user_id"] == account_id
    assert "service_account_in_use" in mobius("service-accounts", "delete", account_id, **key).stderr
    assert "disabled" in mobius("service-accounts", "disable", account_id, **key).stdout
    refused(http.get("/auth/me"), 401, "unauthenticated")
    assert "enabled" in mobius("service-accounts", "enable", account_id, **key).stdout
    assert http.get("/auth/me").status_code == 200
