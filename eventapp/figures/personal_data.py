"""Figures are counts; cells that could be somebody are hidden before they are kept."""

from eventapp.privacy.declarations import declare_impersonal

declare_impersonal("kept_figures")
