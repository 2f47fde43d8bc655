"""For maintainers: files generated from pyproject.toml."""
