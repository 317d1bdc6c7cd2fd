"""HTTP of the room."""

from mobius.domains.access.routes import devices, keys, pages, sessions

routes = [*keys.routes, *sessions.routes, *devices.routes, *pages.routes]
