"""A process that delivers what is due as soon as it is told on stdin: `python -m` with settings."""

import sys

import config
from eventapp import create_app
from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.transport import transport_for


def main() -> None:
    settings = config.load()
    app = create_app(settings)
    transport = transport_for(settings.smtp_url, settings.data_dir, settings.smtp_timeout)
    with app.app_context():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        while deliver_due(transport, Pace(settings.mail_lease, settings.mail_retry)):
            pass
    transport.close()


if __name__ == "__main__":
    main()
