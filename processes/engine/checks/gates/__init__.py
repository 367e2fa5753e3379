"""Gates that a procedure may not lose, such as the council's decision before anybody signs.

The owner declares them (`declared`); each is proved on the drawing (`proofs`) by following every
way a case can take (`ways`), and compared with the version published before (`lost`).
"""
