"""The floors of the web: a bare Flask page, and bare Flask with one INSERT and commit."""

import os
import threading

import psycopg
from flask import Flask, request

TABLE = "CREATE TABLE floor (id bigserial PRIMARY KEY, name text, email text, at timestamptz)"
_INSERT = "INSERT INTO floor (name, email, at) VALUES (%s, %s, now())"

app = Flask(__name__)
_own = threading.local()


@app.get("/page")
def page() -> str:
    return "<!doctype html><title>Guten Tag</title><h1>Guten Tag</h1>"


@app.post("/insert")
def insert() -> str:
    """One connection a thread, a prepared statement: nothing is left to leave out."""
    if not hasattr(_own, "connection"):
        address = os.environ["DATABASE_URL"].replace("+psycopg", "")
        _own.connection = psycopg.connect(address, prepare_threshold=1)
    _own.connection.execute(_INSERT, (request.form["name"], request.form["email"]))
    _own.connection.commit()
    return "ok"
