"""Orders: what a dealer ordered and how far it has come."""
