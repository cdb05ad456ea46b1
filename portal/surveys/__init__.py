"""Surveys: writing them, asking them, and reading what was answered."""
