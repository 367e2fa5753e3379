"""What the procedure is and does: the owner's folders, the engine, the store and the verbs."""
