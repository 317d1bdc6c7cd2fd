"""Projects: the walls between the workflows, runs and workers of one org."""
