"""Pages of the agreement: the lead's register, drafts and rounds; and the one on which a stakeholder answers a draft."""
