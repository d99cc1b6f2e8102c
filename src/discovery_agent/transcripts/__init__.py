"""Floor 1: readers, one per transcript format, all giving a Conversation."""
