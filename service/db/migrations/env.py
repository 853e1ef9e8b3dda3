"""What Alembic runs to find its connection, which `service.db.migrate` gives it."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
