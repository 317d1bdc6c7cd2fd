"""Groups of members, who are asked together."""
