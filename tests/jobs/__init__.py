"""Jobs, each run twice; processes that are killed, and processes that start together."""
