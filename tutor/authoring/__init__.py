"""For lesson authors and teachers: check lessons, grade files."""
