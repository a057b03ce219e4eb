"""Reports are about the event and stay; organisers decide whom they name and show."""

from eventapp.privacy.declarations import declare_impersonal

declare_impersonal("event_report", "report_picture")
