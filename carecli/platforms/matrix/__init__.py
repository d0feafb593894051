"""Matrix: rooms and direct chats of a closed community, over the client-server API.

Source of every platform fact here: the Matrix client-server specification 1.16
(https://spec.matrix.org/v1.16/client-server-api/), checked against Synapse.
"""
