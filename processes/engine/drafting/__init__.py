"""Drafts of letters, minutes and agreements: an owner's Word template with the facts of a case.

A template is `surat/<name>.docx`; the property `konsep` of a task names it. It is filled in by a
program of its own (`writer.py`), which lets it do nothing but name facts, choose and repeat. The
PDF is set from the filled-in Word file, so that both say the same.
"""

from processes.engine.drafting.facts import answer as answer
from processes.engine.drafting.facts import day as day
from processes.engine.drafting.facts import text as text
from processes.engine.drafting.names import file_of as file_of
from processes.engine.drafting.names import forms_for as forms_for
from processes.engine.drafting.names import names_in as names_in
from processes.engine.drafting.pages import LAYOUT as LAYOUT
from processes.engine.drafting.pages import PagesRefused as PagesRefused
from processes.engine.drafting.pages import read_pages as read_pages
from processes.engine.drafting.pages import set_pages as set_pages
from processes.engine.drafting.stamping import stamp_word as stamp_word
from processes.engine.drafting.word_file import DraftRefused as DraftRefused
from processes.engine.drafting.word_file import open_word as open_word
from processes.engine.drafting.word_file import title_of as title_of
from processes.engine.drafting.writing import write as write
