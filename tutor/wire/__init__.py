"""The messages between the app and its worker: commands, events, values, and their bytes.

Both sides import this room, so it holds plain data only and imports neither torch nor the app.
"""
