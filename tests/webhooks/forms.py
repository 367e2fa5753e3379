"""What a browser takes from a page before it sends one of its forms."""

from __future__ import annotations


def key_in(page: str) -> str:
    """The proof that the page put into its first form."""
    return page.split('name="_kunci" value="')[1].split('"')[0]
