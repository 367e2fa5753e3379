"""The scripts that only a browser runs: made on this machine from `webhooks/frontend`, kept in the
data folder, and never part of the product's own files.

What they are made of comes from npm, pinned with hashes. Everything but the modeler works without
them.
"""
