"""What is known: the ten tables, read, checked, kept."""
