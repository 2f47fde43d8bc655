"""Count tables and the catalogue in, the tables of an edition out."""
