"""The business: tables, rules, and who may see which rows. It knows nothing of the web."""
