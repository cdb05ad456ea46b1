"""Tests of the business, on the real database."""
