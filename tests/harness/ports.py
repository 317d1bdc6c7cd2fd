"""Free ports for servers that a test starts, stops and starts again on the same port."""

from __future__ import annotations

import random
import socket

# Below the range from which the system takes the ports of outgoing connections, so that none takes it.
_RANGE = range(20_000, 32_000)
_random = random.SystemRandom()


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    while True:
        port = _random.choice(_RANGE)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
