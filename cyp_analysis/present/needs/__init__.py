"""Need that is expected, what is seen of it, and what stands against it."""
