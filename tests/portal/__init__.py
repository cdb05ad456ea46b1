"""A file a screen; what the command line does."""
