"""Handing over territories and accounts, at once or from a day on."""
