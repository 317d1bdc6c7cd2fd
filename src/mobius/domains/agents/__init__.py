"""Agents: programs that work under a name of their own, and the sessions in which they are connected."""
