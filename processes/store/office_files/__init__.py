"""What is in a Word or Excel file; run as a program, it answers with one word.

`processes.store.office_structure` runs it in a process of its own, with a limit of memory and time,
so that a file made to hang or to fill the memory hurts nobody. It unpacks one part at a time,
believes no size that the file states, and imports nothing else of the product.

`docx` and `xlsx` may be taken. `pptx`, `dotx`, `xltx` and `zip` are whole, but of another kind. The
rest says what is wrong: `macro`; `template` (fetches one from another address); `external` (fetches
something else); `command` (starts a program); `carrying` (holds another file); `unsafe` (built as
no program builds it); `damaged`.
"""
