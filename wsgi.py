"""The web application for a WSGI server."""

import sys

import config
from eventapp import create_app
from eventapp.ops.broker import with_broker
from eventapp.ops.embedded import BrokerUnavailable

try:
    app = create_app(with_broker(config.load()))
except (config.ConfigError, BrokerUnavailable) as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(2)
