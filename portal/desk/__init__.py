"""The home page: what must be answered today, and where things stand, for each kind of user."""
