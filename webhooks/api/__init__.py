"""The machine API `/api/v1`: what other systems ask of an installation, and do in it.

Plain Flask on declared calls (`calls.py`) instead of an OpenAPI framework: those read JSON with
Flask's reader (a deeply nested body is a 500 there), answer in their own error shape, and describe
forms as classes, while ours come from the owner's diagram. A declaration here makes the route, the
checks and the entry in the document, and a test holds all answers against that document.
"""
