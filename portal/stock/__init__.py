"""Stock and prices: what may be bought, how old that knowledge is, and why a price is what it is."""
