"""PDF files from the typst templates in `templates/pdf/`: tagged, PDF/UA-1, read by screen readers.

What is typed by people is data and never markup. `page.typ` there is the sheet that all share.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

_HERE = Path(__file__).resolve().parent
_TEMPLATES = _HERE.parent / "templates" / "pdf"
_FONTS = _HERE / "static" / "vendor" / "fira-sans"

# What neither Fira Sans nor the fonts within typst can show; PDF/UA-1 forbids a sign without shape.
_NOT_SHOWN = re.compile(r"[^\n\u0020-\u024f\u0370-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e€]")
_STAND_IN = "\N{WHITE SQUARE}"


def write_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The file that `<template>.typ` makes of the data, which it finds as `sys.inputs.data` (JSON).

    Signs that no font has appear as a white square.
    """
    text = json.dumps(data, ensure_ascii=False)
    try:
        return _compile(template, text)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    return _compile(template, json.dumps(_shown(data), ensure_ascii=False))


def _compile(template: str, data: str) -> bytes:
    return typst.compile(
        str(_TEMPLATES / f"{template}.typ"),
        root=str(_TEMPLATES),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        pdf_standards=["ua-1"],
    )


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_SHOWN.sub(_STAND_IN, value)
    if isinstance(value, Mapping):
        return {name: _shown(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(each) for each in value]
    return value
