"""Roles the product itself must know; every other one is the owner's word only."""

from __future__ import annotations

#: who shepherds a house's cases: told of what is late and how cases end, records from paper
SHEPHERD = "bagian_kerja_sama"
#: who signs for a region; told of his house in a digest, never reprimanded
HEAD = "kepala_daerah"
#: whose tasks are never handed to the executive: the council decides for itself
COUNCIL = "sekretaris_dprd"
