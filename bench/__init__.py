"""How fast a server is on this machine. `python -m bench`, or `make bench`."""
