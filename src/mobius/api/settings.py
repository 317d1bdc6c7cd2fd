"""The settings of a server, each with its default. `mobius.server.settings` reads them.

Every field is `MOBIUS_<FIELD>` in the environment and `<field>` in the TOML file named by `MOBIUS_CONFIG`.
"""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

Port = Annotated[int, Meta(ge=0, le=65535)]
Count = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(gt=0)]


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator may choose. A server started without any setting works."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: Port = 8080
    """Port to listen on; 0 takes a free one."""
    data_dir: Path = Path("~/.mobius")
    """Directory of the embedded database and of the first API key."""
    database_url: str | None = None
    """`postgresql://...`; unset, SQLite in the data directory."""
    api_key: str | None = None
    """Becomes the first key, with every permission (see `mobius.server.bootstrap`)."""
    public_url: str | None = None
    """Base URL under which callers reach the server; unset, derived from host and port."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe log line that is written."""
    log_format: Literal["console", "json"] = "console"
    """Log lines for people or for machines."""

    heartbeat_seconds: Seconds = 30
    """How often a worker is told to send heartbeats."""
    lease_seconds: Seconds | None = None
    """How long a claimed job stays claimed without a heartbeat; unset, three heartbeats."""
    presence_seconds: Seconds = 90
    """How long a session of an agent counts as connected without a heartbeat; then it is stale."""
    max_lost_leases: Count = 3
    """A job whose lease was lost this often fails with `lease_expired`."""
    max_steps: Count = 10_000
    """Step executions of one run; past it the run fails with `step_limit`."""
    job_events_per_second: Count = 200
    """Custom events that one job may emit per second."""
    job_events_burst: Count = 1_000
    """Custom events that one job may emit at once."""

    session_seconds: Seconds = 14 * 24 * 3600
    """How long somebody stays signed in at most."""
    session_idle_seconds: Seconds = 24 * 3600
    """How long somebody stays signed in who does nothing."""
    cli_credential_seconds: Seconds = 90 * 24 * 3600
    """How long a credential of `mobius login` is good."""
    device_code_seconds: Seconds = 600
    """How long a device waits for somebody to confirm its code."""
    oidc_issuer: str | None = None
    """`https://...` of an OpenID provider that people sign in at; unset, there is none."""
    oidc_client_id: str | None = None
    """Who this server is for the provider."""
    oidc_client_secret: str | None = None
    """What the server proves that with."""
    oidc_name: str = "your organization"
    """What the provider is called on the sign-in page."""
    trusted_proxies: str = ""
    """Networks of proxies, such as `10.0.0.0/8, 127.0.0.1/32`, whose `X-Forwarded-For` is believed."""

    max_body_bytes: Count = 4 * 1024 * 1024
    """Largest request body; a larger one is answered with 413."""
    max_value_bytes: Count = 1024 * 1024
    """Largest `inputs`, `result_b64` and the like; a larger one is answered with 413."""
    key_cache_seconds: Seconds = 4
    """How long a server trusts what it read about a key or project: the latest that it sees a revocation."""
    max_requests_at_work: Count = 256
    """Requests of workers that are worked on at once; of others a sixteenth as many, so that workers go on
    whatever else comes in. Long polls and streams that wait do not count."""
    max_requests_queued: Count = 1_000
    """Requests that stand in line when so many are at work; a further one is answered with 503. Two lines of
    this length: one for workers, one for others."""
    max_requests_waiting: Count = 16_000
    """Long polls and streams that wait at once; a further one is answered with 503."""
    max_large_bodies_bytes: Count = 64 * 1024 * 1024
    """What all bodies over 64 KiB that are at work may take together; a further one is answered with 503."""
    max_connections: Count = 20_000
    """Open connections, at most as many as the process may open files; a further one is answered with 503."""
    request_seconds: Seconds = 30
    """How long a request may take to arrive; a slower one is answered with 408."""
    answer_seconds: Seconds = 30
    """How long a client may take nothing of what is sent to it before its connection is cut."""
    drain_seconds: Count = 10
    """How long a server that was told to stop may take, with all that follows."""
    drain_notice_seconds: Annotated[float, Meta(ge=0)] = 1
    """How long it still accepts connections meanwhile, while `/health` answers 503: time for a balancer to
    notice. Only SIGTERM gives notice."""
    rate_limit_per_key: float = 0
    """Requests per second that one key may make; 0 is no limit."""
    rate_limit_per_key_burst: Count = 100
    """Requests that one key may make at once when `rate_limit_per_key` is set."""
    rate_limit_per_org: float = 0
    """Requests per second that all keys of an org may make together; 0 is no limit."""
    rate_limit_per_org_burst: Count = 1_000
    """Requests that an org may make at once when `rate_limit_per_org` is set."""

    @property
    def lease(self) -> float:
        """The lease in seconds."""
        return self.lease_seconds if self.lease_seconds is not None else 3 * self.heartbeat_seconds

    @property
    def base_url(self) -> str:
        """Where callers reach the server, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")
