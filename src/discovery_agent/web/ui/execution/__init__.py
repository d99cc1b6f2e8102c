"""The page of execution: KPIs against their plan, dates at which people look at it, lessons."""
