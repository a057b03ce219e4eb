"""Materials are about the event; organisers decide whom a file names."""

from eventapp.privacy.declarations import declare_impersonal

declare_impersonal("material", "material_part")
