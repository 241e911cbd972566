"""WHAT is taught: lessons as plain data, read from TOML; problems with file and line."""
