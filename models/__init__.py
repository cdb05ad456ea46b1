"""The business: tables, rules, and who may see which rows. Knows nothing of the web."""
