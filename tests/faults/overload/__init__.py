"""Many times more requests than a server can take, and what it does with them.

`python -m tests.faults.overload` keeps it up for a minute on each database; `test_overload.py` beside this
directory is the short form.
"""
