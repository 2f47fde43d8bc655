"""What sentences say, held against the edition's tables: numbers, periods, comparative words."""
