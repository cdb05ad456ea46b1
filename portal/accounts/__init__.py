"""Accounts as reps, managers and head office see them at a desk."""
