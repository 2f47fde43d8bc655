"""What people say, who is behind, and how an area stood over the years."""
