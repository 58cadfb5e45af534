# Any text as a C string literal.
s/["\\]/\\&/g
s/^/	"/
s/$/\\n"/
