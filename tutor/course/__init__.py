"""The course as plain data, read from TOML files, with file and line of each problem in them."""
