"""The audit, as head office reads it."""
