"""Dealers as reps, managers and head office see them."""
