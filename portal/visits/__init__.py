"""The inbox of visits: read what came in, comment on it."""
