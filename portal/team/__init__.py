"""The reps of a region at work."""
