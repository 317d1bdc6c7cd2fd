"""Questions to members, agents and groups, and their answers."""
