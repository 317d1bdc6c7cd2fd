"""What tests run against: a throw-away PostgreSQL cluster and real server processes."""
