"""The workflows of `mobius demo`, and the actions that they call."""
