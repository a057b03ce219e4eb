"""Figures are counts; cells that could be somebody are hidden before they are kept."""

from eventapp.figures.actions import keep_before_erasing
from eventapp.privacy.declarations import before_erasing, declare_impersonal

declare_impersonal("kept_figures", "kept_organisation")
before_erasing("figures", keep_before_erasing)
