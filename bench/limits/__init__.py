"""What the databases allow: the server's own statements without the server.

`recording.py` takes the statements from the code that sends them; `pgbench.py` and `plain_sqlite.py` send
them again, with other ids, as fast as the database can.
"""
