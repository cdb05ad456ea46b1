"""Bringing files in and out: dealers, products, prices, stock, orders, leads, accounts, roads."""
