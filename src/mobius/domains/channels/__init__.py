"""Channels and direct messages: where users and agents talk."""
