"""Measurements against a bare implementation of the same work: `make bench`."""
