"""The state of the running app, frozen, and the pure function that moves it on."""
