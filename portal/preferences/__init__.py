"""Language and theme, for anybody."""
