"""The OpenID provider: what it says about itself, and what it says about people."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
import msgspec
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from mobius.api.errors import Forbidden, Unavailable

if TYPE_CHECKING:
    from mobius.api.settings import Settings
    from mobius.clock import Clock

CALL_SECONDS = 10.0
"""The longest that a call to the provider takes."""
KEPT_SECONDS = 3600.0
KEYS_READ_AGAIN_AFTER = 30.0
CLOCKS_DIFFER_SECONDS = 60
LONGEST_ANSWER = 1024 * 1024
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Only those whose keys the provider alone can sign with."""
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}

log = structlog.get_logger("mobius.oidc")


class ProviderFailed(Unavailable):
    """The provider does not answer, or says what makes no sense; the log has more."""

    def __init__(self) -> None:
        super().__init__("oidc_unavailable", "the sign-in provider does not answer as it should; try again")


class NotBelieved(Forbidden):
    """What came back from the provider is not what it signed for this sign-in."""

    def __init__(self) -> None:
        super().__init__("oidc_refused", "the sign-in at the provider was not completed; begin again")


class Person(NamedTuple):
    """Whom the provider vouches for. `email` only if it has verified it."""

    issuer: str
    subject: str
    email: str | None


class _Metadata(Struct):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class _Tokens(Struct):
    id_token: str


class OpenIdProvider:
    """The provider of the settings. What it says about itself is kept for an hour."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._issuer = (settings.oidc_issuer or "").rstrip("/")
        self._client_id = settings.oidc_client_id or ""
        self._secret = settings.oidc_client_secret
        self._callback = f"{settings.base_url}/auth/oidc/callback"
        self._clock = clock
        self._metadata: tuple[_Metadata, float] | None = None
        self._keys: tuple[KeySet, float] | None = None
        self._read_again_at = float("-inf")

    @property
    def configured(self) -> bool:
        """Whether people may sign in at a provider."""
        return bool(self._issuer)

    async def sign_in_url(self, state: str, nonce: str, code_verifier: str) -> str:
        """Where to send the browser; raises ProviderFailed."""
        endpoint = (await self._described()).authorization_endpoint
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._callback,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(code_verifier),
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"

    async def person(self, code: str, nonce: str, code_verifier: str) -> Person:
        """Whom the code is about; raises ProviderFailed or NotBelieved."""
        metadata = await self._described()
        claims = await self._claims(metadata, await self._id_token(metadata, code, code_verifier), nonce)
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Person(metadata.issuer, str(claims["sub"]), email if isinstance(email, str) else None)

    async def _id_token(self, metadata: _Metadata, code: str, code_verifier: str) -> str:
        """What the provider gives for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "code_verifier": code_verifier,
            "client_id": self._client_id,
        }
        login: tuple[str, str] | None = None
        if self._secret and "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            # RFC 6749, 2.3.1: both are form-encoded before they are joined.
            login = (quote_plus(self._client_id), quote_plus(self._secret))
        elif self._secret:
            form["client_secret"] = self._secret
        try:
            async with (
                asyncio.timeout(CALL_SECONDS),
                httpx.AsyncClient(timeout=CALL_SECONDS, auth=login) as http,
            ):
                response = await http.post(metadata.token_endpoint, data=form)
        except (httpx.HTTPError, TimeoutError) as error:
            raise self._failed("token", error) from None
        if response.status_code in {400, 401, 403}:
            log.warning("oidc_code_refused", status=response.status_code)
            raise NotBelieved
        try:
            response.raise_for_status()
            return msgspec.json.decode(response.content, type=_Tokens).id_token
        except (httpx.HTTPError, msgspec.DecodeError) as error:
            raise self._failed("token", error) from None

    async def _claims(self, metadata: _Metadata, id_token: str, nonce: str) -> dict[str, Any]:
        """What the provider has signed, for this server and this sign-in."""
        try:
            token = await self._verified(metadata, id_token)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": metadata.issuer},
                    "aud": {"essential": True, "value": self._client_id},
                },
                {"nonce": nonce, "client_id": self._client_id},
            )
            claims.validate(now=int(self._clock.now().timestamp()), leeway=CLOCKS_DIFFER_SECONDS)
            if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
                raise NotBelieved
        except (JoseError, AuthlibBaseError, ValueError) as error:
            log.warning("oidc_token_refused", error=type(error).__name__)
            raise NotBelieved from None
        return dict(claims)

    async def _verified(self, metadata: _Metadata, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, await self._signing_keys(metadata), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have begun to sign with a new key.
            now = asyncio.get_running_loop().time()
            if now - self._read_again_at < KEYS_READ_AGAIN_AFTER:
                raise
            self._read_again_at, self._keys = now, None
            return jwt.decode(id_token, await self._signing_keys(metadata), algorithms=ALGORITHMS)

    async def _described(self) -> _Metadata:
        now = asyncio.get_running_loop().time()
        if self._metadata is None or now - self._metadata[1] > KEPT_SECONDS:
            self._check_address(self._issuer)
            raw = await self._get(f"{self._issuer}/.well-known/openid-configuration")
            try:
                found = msgspec.json.decode(raw, type=_Metadata)
            except msgspec.DecodeError as error:
                raise self._failed("discovery", error) from None
            if found.issuer.rstrip("/") != self._issuer:
                raise self._failed("discovery", ValueError(f"it calls itself {found.issuer[:200]!r}"))
            for endpoint in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
                self._check_address(endpoint)
            self._metadata = (found, now)
        return self._metadata[0]

    async def _signing_keys(self, metadata: _Metadata) -> KeySet:
        now = asyncio.get_running_loop().time()
        if self._keys is None or now - self._keys[1] > KEPT_SECONDS:
            raw = await self._get(metadata.jwks_uri)
            try:
                listed = msgspec.json.decode(raw, type=dict[str, Any])["keys"]
                usable = [key for key in listed if key.get("kty") in {"RSA", "EC", "OKP"}]
                self._keys = (KeySet.import_key_set({"keys": usable}), now)
            except (msgspec.DecodeError, JoseError, ValueError, KeyError, AttributeError, TypeError) as error:
                raise self._failed("keys", error) from None
        return self._keys[0]

    async def _get(self, url: str) -> bytes:
        try:
            async with asyncio.timeout(CALL_SECONDS), httpx.AsyncClient(timeout=CALL_SECONDS) as http:
                response = await http.get(url)
                response.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise self._failed(url, error) from None
        if len(response.content) > LONGEST_ANSWER:
            raise self._failed(url, ValueError("the answer is too long"))
        return response.content

    def _check_address(self, url: str) -> None:
        """Secrets go over TLS, or stay on this machine."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise self._failed("discovery", ValueError(f"{url[:200]!r} is not https"))

    @staticmethod
    def _failed(what: str, error: Exception) -> ProviderFailed:
        log.warning("oidc_failed", what=what, error=str(error) or type(error).__name__)
        return ProviderFailed()
