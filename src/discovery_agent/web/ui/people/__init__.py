"""People of an engagement: who they are, whether they were heard, and the links they were given."""
