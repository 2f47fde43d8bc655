"""From notebooks to pages: running chapters, rendering them, and an area's index."""
