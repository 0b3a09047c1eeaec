"""The live channel: the numbered event log, pushed to everybody who may hear it.

One task follows the log, whatever the number of clients; each event is encoded once, and a client
is a position in the log. See :mod:`sylvan.live.hub` for how it flows and
:mod:`sylvan.live.asyncapi` for what is promised on the wire.
"""
