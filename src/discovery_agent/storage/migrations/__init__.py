"""The steps from an empty database to the present tables, in `versions/`. They ship with the package, and run when a database is opened."""
