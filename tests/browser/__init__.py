"""Whole journeys in a real Chromium, and few of them."""
