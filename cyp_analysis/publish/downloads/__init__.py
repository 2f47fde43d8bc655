"""What a reader can take away: workbooks, tables, charts, and a whole area in one file."""
