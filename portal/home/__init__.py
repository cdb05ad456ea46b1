"""Where everybody starts, and whether the portal is alive."""
