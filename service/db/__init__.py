"""The database: one SQLite file, or PostgreSQL by URL; its tables, and its migrations."""
