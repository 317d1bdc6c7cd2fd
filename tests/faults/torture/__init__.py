"""Torture: random workflows under random faults, and a checker that compares all with the pure engine.

`python -m tests.faults.torture --minutes 10` runs it; `plan.py` says what a seed decides.
"""
