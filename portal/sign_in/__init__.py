"""Signing in and out, and setting a password by an invitation."""
