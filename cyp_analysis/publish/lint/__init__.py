"""The rules that a page, a workbook and a whole edition are held to by program."""
