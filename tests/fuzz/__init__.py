"""Random requests against real servers: nothing that a caller can send makes them fail or answer wrongly.

`python -m tests.fuzz --minutes 10` goes on for that long, each time with other requests; `test_fuzz.py` is
the short form, with the same ones every time.
"""
