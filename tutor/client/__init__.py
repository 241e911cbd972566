"""The app's side of the worker: it starts, watches, stops and restarts the processes for programs.

No other room starts such processes: what they may see and use is decided here alone. The rooms
above are typed against the Protocols in `tutor.client.interface`.
"""
