"""Names of the inputs beside the answers with which an official confirms them."""

#: the code, the wish for a new one, the way back to the form
CODE, ASK, BACK = "_kode", "_minta_kode", "_ubah"
CONFIRMING = (CODE, ASK, BACK)
