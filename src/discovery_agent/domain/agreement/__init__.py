"""How conflicting stakeholders come to one shared objective: the register of conflicts, drafts, answers, rounds."""
