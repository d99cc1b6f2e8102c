"""The page on which a blueprint is reviewed: section by section, by people, up to the signature."""
