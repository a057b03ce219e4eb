"""A material's file as an answer: to be kept on the disk, never to be shown by the browser as a
page of ours."""

from flask import request
from werkzeug import Response
from werkzeug.utils import secure_filename

from eventapp.db import reading
from eventapp.materials.queries import get_file
from eventapp.materials.rules import Listed

_MOST_NAME = 100


def as_download(material: Listed) -> Response:
    """Raises `NotFound` where it is a link. An unchanged one is answered 304."""
    if material.digest and material.digest in request.if_none_match:
        response = Response(status=304)
    else:
        with reading() as connection:
            data = get_file(connection, material)
        response = Response(data, content_type=_content_type(material))
        name = _safe_name(material.file_name or "")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.set_etag(material.digest or "")
    return response


def _content_type(material: Listed) -> str:
    media_type = material.media_type or "application/octet-stream"
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _safe_name(name: str) -> str:
    """In letters that every system takes; at its end what kind of file it is."""
    return secure_filename(name)[-_MOST_NAME:] or "datei"
