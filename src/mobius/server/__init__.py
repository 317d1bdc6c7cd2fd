"""Puts the rooms together: composition, guard, limits, served schema, settings, start and stop."""
