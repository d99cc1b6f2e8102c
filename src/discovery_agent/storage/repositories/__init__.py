"""One repository a table, or a few tables that belong together. They share the transaction of their unit of work."""
