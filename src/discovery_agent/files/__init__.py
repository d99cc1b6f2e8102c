"""Files as they come in: bytes to text, archives that may be bombs, front matter, writing so that nothing is lost."""
