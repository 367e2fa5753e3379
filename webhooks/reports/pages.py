"""The blueprint of the reports: for those who are signed in, in the frame of the board."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from markupsafe import Markup

from webhooks.guarded import guard
from webhooks.reports.shown import month, number, share

pages = Blueprint("reports", __name__, url_prefix="/laporan")
guard(pages)


def page(template: str, **values: Any) -> str:
    """One page of the reports."""
    return render_template(
        f"reports/{template}", num=number, share=share, month=month, svg=Markup, **values
    )
