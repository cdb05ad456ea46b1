"""Instructions: what managers and head office ask of reps, and what became of it."""
