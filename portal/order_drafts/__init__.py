"""Drafts of orders: what reps propose to dealers, and what the dealers made of it."""
