"""The web application for a WSGI server."""

import gc
import sys

import config
from eventapp import create_app
from eventapp.ops.broker import with_broker
from eventapp.ops.embedded import BrokerUnavailable

# Whoever holds the lock of an event needs the interpreter again after each answer of the database:
# another thread may keep it for 5 ms by default, which is longer than a whole sign-up.
sys.setswitchinterval(0.0005)

try:
    app = create_app(with_broker(config.load()))
except (config.ConfigError, BrokerUnavailable) as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(2)

# What stands now stands for good: to look through it again each time took 0.2 s amid a request.
gc.collect()
gc.freeze()
