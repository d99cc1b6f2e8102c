"""The interview as its stakeholder sees it: talk, what was understood, recap."""
