"""The page of the five phases: what each hands over, what is missing, and who can supply it."""
