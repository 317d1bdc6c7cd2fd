"""What entering each kind of step does, and what the facts it waits for do."""
