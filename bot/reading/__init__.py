"""Reads pictures, PDFs and text files that were sent: a child process turns bytes into the fields of `nlu.receipt`.

What comes out is a proposal for the person to confirm, and data: nothing in it acts. Parent: `service.py`; child:
`worker.py`, which alone imports the libraries for pictures.
"""
