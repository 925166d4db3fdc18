/* A diagnostic that claims to be about another file: gcc quotes its line, if it can be read. */
#line 1 "/etc/passwd"
#error no such thing
