"""HTTP of the room."""

from mobius.domains.identity.routes import members, orgs, service_accounts, users

routes = [*orgs.routes, *members.routes, *users.routes, *service_accounts.routes]
