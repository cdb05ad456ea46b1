"""What every file of the project must keep to."""
