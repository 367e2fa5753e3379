"""Everything that executes a diagram. Knows SpiffWorkflow, not the database."""
