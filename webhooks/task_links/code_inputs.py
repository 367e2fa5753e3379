"""Names of the inputs beside the answers with which an official confirms them."""

#: the code, the wish for a new one, the way back to the form, to whom one is handed
CODE, ASK, BACK, RECEIVER = "_kode", "_minta_kode", "_ubah", "_pejabat"
CONFIRMING = (CODE, ASK, BACK, RECEIVER)
