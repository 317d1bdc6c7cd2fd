"""Signing in at an OpenID provider."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from tests.conftest import StartServer
from tests.domains.access.browser import browser
from tests.domains.access.openid_provider import CLIENT_ID, SECRET, Provider, running_provider
from tests.domains.conversation import answered, unique
from tests.harness.server import ServerProcess


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider of the test's own."""
    with running_provider() as running:
        yield running


@pytest.fixture
def mobius(start_server: StartServer, provider: Provider) -> ServerProcess:
    """A server whose people sign in at the provider."""
    return start_server(
        oidc_issuer=provider.url,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=SECRET,
        oidc_name="Example Corp",
        public_url="http://mobius.test",
    )


def add_user(server: ServerProcess, email: str) -> str:
    return str(answered(server.http.post("/users", json={"name": "Ada", "email": email}), 201)["id"])


def depart(http: httpx.Client, to: str = "/account") -> httpx.Response:
    """Go to the provider; return its answer, which leads back."""
    sent = http.get("/auth/oidc/start", params={"next": to})
    assert sent.status_code == 303, sent.text
    return httpx.get(sent.headers["location"])


def come_back(http: httpx.Client, back: httpx.Response) -> httpx.Response:
    parts = urlsplit(back.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}" == "http://mobius.test"
    return http.get(f"{parts.path}?{parts.query}")


def sign_in(server: ServerProcess) -> httpx.Response:
    http = browser(server)
    return come_back(http, depart(http))


def who(http: httpx.Client) -> str:
    return str(answered(http.get("/auth/me"), 200)["user_id"])


def test_a_person_is_linked_by_the_verified_address_and_known_by_the_subject_then(
    mobius: ServerProcess, provider: Provider
) -> None:
    provider.email = "Ada@Example.com"
    ada, http = add_user(mobius, "ada@example.com"), browser(mobius)
    assert "Sign in with Example Corp" in http.get("/sign-in").text
    back = come_back(http, depart(http, "/device?user_code=BBBB-BBBB"))
    assert (back.status_code, back.headers["location"]) == (303, "/device?user_code=BBBB-BBBB")
    assert who(http) == ada
    provider.email = "other@example.com"
    again = browser(mobius)
    assert come_back(again, depart(again)).status_code == 303
    assert who(again) == ada


@pytest.mark.parametrize("told", [{"email_verified": False}, {"email_verified": None}, {"email": None}])
def test_an_address_that_is_not_verified_is_not_believed(
    mobius: ServerProcess, provider: Provider, told: dict[str, Any]
) -> None:
    provider.email, provider.claims = "ada@example.com", told
    add_user(mobius, "ada@example.com")
    refusal = sign_in(mobius)
    assert refusal.status_code == 403
    assert "ask an admin to add it" in refusal.text


def test_an_address_that_is_only_looked_for_alike_is_of_somebody_else(
    mobius: ServerProcess, provider: Provider
) -> None:
    add_user(mobius, "ada@strasse.example")
    provider.email = "ada@stra\u00dfe.example"
    assert sign_in(mobius).status_code == 403


def test_nobody_gets_in_whom_nobody_added(mobius: ServerProcess, provider: Provider) -> None:
    provider.email = "stranger@example.com"
    assert sign_in(mobius).status_code == 403


def test_an_address_that_goes_to_somebody_else_does_not_bring_the_account_along(
    mobius: ServerProcess, provider: Provider
) -> None:
    provider.email = "ada@example.com"
    add_user(mobius, "ada@example.com")
    assert sign_in(mobius).status_code == 303
    provider.subject = "somebody-else"
    assert sign_in(mobius).status_code == 403


def test_a_removed_member_does_not_get_in_and_can_be_added_again(
    mobius: ServerProcess, provider: Provider
) -> None:
    provider.email = "ada@example.com"
    ada = add_user(mobius, "ada@example.com")
    org = answered(mobius.http.get("/auth/me"), 200)["org_id"]
    assert sign_in(mobius).status_code == 303
    answered(mobius.http.delete(f"/orgs/{org}/members/{ada}"), 204)
    assert sign_in(mobius).status_code == 403
    again, http = add_user(mobius, "ada@example.com"), browser(mobius)
    assert come_back(http, depart(http)).status_code == 303
    assert who(http) == again != ada


def _wrong(**claims: Any) -> Callable[[Provider], None]:
    def tell(provider: Provider) -> None:
        provider.claims = claims

    return tell


def _forged(provider: Provider) -> None:
    provider.forged = RSAKey.generate_key(2048, {"kid": str(provider.key.kid)})


def _shared_secret(provider: Provider) -> None:
    provider.algorithm = "HS256"


@pytest.mark.parametrize(
    "tell",
    [
        _wrong(nonce="another"),
        _wrong(nonce=None),
        _wrong(aud="another-client"),
        _wrong(aud=[CLIENT_ID, "another"], azp="another"),
        _wrong(iss="https://evil.example"),
        _wrong(exp=int(time.time()) - 3600),
        _wrong(exp=None),
        _wrong(sub=None),
        _wrong(sub=17),
        _shared_secret,
        _forged,
    ],
)
def test_a_token_that_is_not_signed_for_this_sign_in_is_refused(
    mobius: ServerProcess, provider: Provider, tell: Callable[[Provider], None]
) -> None:
    provider.email = "ada@example.com"
    add_user(mobius, "ada@example.com")
    tell(provider)
    refusal = sign_in(mobius)
    assert refusal.status_code == 403
    assert "begin again" in refusal.text
    assert "set-cookie" not in refusal.headers


def test_the_way_back_is_for_the_browser_that_left_and_good_once(
    mobius: ServerProcess, provider: Provider
) -> None:
    provider.email = "ada@example.com"
    add_user(mobius, "ada@example.com")
    http, other = browser(mobius), browser(mobius)
    back = depart(http)
    assert come_back(other, back).status_code == 403
    depart(other)
    assert come_back(other, back).status_code == 403
    assert come_back(http, back).status_code == 303
    assert come_back(http, back).status_code == 403
    refused = depart(http)
    state = parse_qs(urlsplit(refused.headers["location"]).query)["state"][0]
    answer = http.get("/auth/oidc/callback", params={"state": state, "error": "access_denied"})
    assert answer.status_code == 403


def test_over_tls_no_other_host_can_choose_the_state(start_server: StartServer, provider: Provider) -> None:
    server = start_server(
        oidc_issuer=provider.url, oidc_client_id=CLIENT_ID, public_url="https://mobius.example"
    )
    cookie = browser(server).get("/auth/oidc/start").headers["set-cookie"]
    assert cookie.startswith("__Host-mobius_oidc=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_a_new_key_of_the_provider_is_found(mobius: ServerProcess, provider: Provider) -> None:
    provider.email = "ada@example.com"
    add_user(mobius, "ada@example.com")
    assert sign_in(mobius).status_code == 303
    assert sign_in(mobius).status_code == 303
    assert provider.asked.count("/keys") == 1
    provider.rotate()
    assert sign_in(mobius).status_code == 303
    assert sign_in(mobius).status_code == 303
    assert provider.asked.count("/keys") == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(
    mobius: ServerProcess, provider: Provider, described: dict[str, Any]
) -> None:
    provider.described = described
    answer = browser(mobius).get("/auth/oidc/start")
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    provider.described = {}
    assert browser(mobius).get("/auth/oidc/start").status_code == 303


def test_a_provider_that_anybody_on_the_way_could_be_is_not_asked(start_server: StartServer) -> None:
    server = start_server(
        oidc_issuer="http://127.0.0.2:9", oidc_client_id=CLIENT_ID, public_url="http://mobius.test"
    )
    assert browser(server).get("/auth/oidc/start").status_code == 503
    assert "is not https" in server.log_text()


def test_without_a_provider_there_is_no_way_to_one(server: ServerProcess) -> None:
    assert browser(server).get("/auth/oidc/start").status_code == 404
    assert "oidc" not in browser(server).get("/sign-in").text


def test_a_secret_is_not_logged(mobius: ServerProcess, provider: Provider) -> None:
    provider.email = f"{unique('ada')}@example.com"
    add_user(mobius, provider.email)
    sign_in(mobius)
    provider.claims = {"nonce": "another"}
    sign_in(mobius)
    assert "oidc_token_refused" in mobius.log_text()
    for secret in (SECRET, "id_token", provider.email):
        assert secret not in mobius.log_text()
