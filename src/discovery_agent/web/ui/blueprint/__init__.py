"""The pages of a blueprint: its sections with everything they stand on, and what a lead changes in it."""
