"""Metrics: how a project does at the moment, in a dozen numbers."""
