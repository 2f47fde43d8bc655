"""From the tables of an edition to sentences, tables, charts and notes; nothing is calculated."""
