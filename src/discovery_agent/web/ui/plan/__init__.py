"""The page of the delivery plan."""
