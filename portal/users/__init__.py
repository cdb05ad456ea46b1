"""Everybody who signs in, for head office and the command line."""
