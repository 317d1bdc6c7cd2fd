"""The domains: each a room with its own shapes, rules, SQL and routes."""
