"""Measurements: ratios of medians, each against a floor measured side by side in the same run."""
