"""Blocks of the chapters on learning: places in England, gaps, groups of children."""
