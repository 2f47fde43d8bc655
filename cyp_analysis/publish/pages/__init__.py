"""The pages around the chapters: front page, search, glossary, statement, areas and editions."""
