"""What a workflow means: pure functions from facts to decisions."""
