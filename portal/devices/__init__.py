"""The laptops of reps: how they are, and what they are told."""
