"""The entry for WSGI servers: `wsgi:app`."""
