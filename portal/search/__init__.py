"""Finding anything from the field at the top of every page."""
