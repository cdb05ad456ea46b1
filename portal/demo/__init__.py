"""The demo world: an invented maker, its dealers, customers and a year of their business, ending today."""
