"""The mails that wait, were sent or could not be, for head office to read."""
