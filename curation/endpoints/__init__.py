"""Which servers this one may be sent to by somebody who uses a page. No Django in here."""
