"""What a user sees and changes of himself."""
