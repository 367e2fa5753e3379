"""Everything that is remembered: tables, questions, history, documents, people.

Knows SQLAlchemy, not the engine.
"""
