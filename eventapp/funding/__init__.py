"""What a funder gets about an event (Verwendungsnachweis): one ZIP with figures and with people.

Start with `console.pack`; `packing` is what goes into the ZIP, `facts` what it is made of, `papers`
its PDF files. What is in `zahlen/` names nobody and stays the same, byte for byte, when the people
are deleted.
"""
