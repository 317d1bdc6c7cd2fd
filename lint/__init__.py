"""The checks of this house that no ordinary linter has. `python -m lint` runs them all."""
