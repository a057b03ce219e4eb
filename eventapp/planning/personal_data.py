"""Planning holds nothing about people: of a form that was sent, a hash."""

from eventapp.privacy.declarations import declare_impersonal

declare_impersonal("sent_form")
