"""The durable side of the engine: runs, jobs, timers, signals and events, one file per command."""
