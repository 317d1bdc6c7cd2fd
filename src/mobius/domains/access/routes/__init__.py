"""HTTP of the room."""

from mobius.domains.access.routes import devices, keys, oidc, pages, sessions

routes = [*keys.routes, *sessions.routes, *devices.routes, *pages.routes, *oidc.routes]
