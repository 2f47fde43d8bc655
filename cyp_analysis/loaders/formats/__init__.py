"""Kinds of file: bytes → sheets of text cells, bounded in size and time whatever comes."""
