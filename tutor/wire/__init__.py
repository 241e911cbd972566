"""What passes between the app and its worker: values, commands, events, frames. Plain data only."""
