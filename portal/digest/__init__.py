"""The market digest for dealers."""
