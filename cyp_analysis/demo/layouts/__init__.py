"""One module for each layout of a publisher: invented figures → the text of a file."""
