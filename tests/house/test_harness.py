"""The harness does to servers what its names say; what is lost or kept then is the server's doing."""

from __future__ import annotations

import os

import httpx
import pytest

from tests.harness.server import ServerError, ServerProcess


def test_a_server_is_restarted_with_its_data(own_server: ServerProcess) -> None:
    project, pid = own_server.new_project(), own_server.pid

    own_server.restart()

    assert own_server.pid != pid
    assert own_server.http.get(f"/projects/{project}").status_code == 200


def test_a_server_is_killed_and_started_with_its_data(own_server: ServerProcess) -> None:
    project, pid = own_server.new_project(), own_server.pid

    own_server.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    own_server.start()

    assert own_server.http.get(f"/projects/{project}").status_code == 200


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_a_sibling_serves_the_same_database(own_server: ServerProcess) -> None:
    project = own_server.new_project()

    other = own_server.sibling()

    assert other.base_url != own_server.base_url
    assert other.http.get(f"/projects/{project}").status_code == 200


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_sqlite_has_no_siblings(server: ServerProcess) -> None:
    with pytest.raises(ServerError):
        server.sibling()


def test_a_client_without_a_key_is_nobody(server: ServerProcess) -> None:
    with server.client(None) as nobody:
        assert nobody.get("/projects").status_code == httpx.codes.UNAUTHORIZED
