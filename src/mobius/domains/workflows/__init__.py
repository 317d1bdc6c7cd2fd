"""Workflows: saved definitions and their versions."""
