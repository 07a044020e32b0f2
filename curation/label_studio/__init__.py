"""Label Studio as an annotation front: everything that talks to it, or stands in for it.

`connect.connect(url, token)` gives a `front.Front`, real or fake; what crosses the border is in
`records`; `embedded.EmbeddedServer` runs a server of our own. A project here is a remote
project, a task a remote task. Nothing in this folder knows our database.
"""
