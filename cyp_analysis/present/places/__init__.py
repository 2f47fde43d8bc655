"""Where in an area: maps, rankings of places, the population and what it is to become."""
