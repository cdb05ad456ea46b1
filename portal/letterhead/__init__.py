"""How the company stands on its documents."""
