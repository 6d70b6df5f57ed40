"""A case in one file: a PDF to read and a signed bag of originals that anyone can check with standard tools."""
