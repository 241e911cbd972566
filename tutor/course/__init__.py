"""The course as plain data, read from TOML files, with the file and line of each problem."""
