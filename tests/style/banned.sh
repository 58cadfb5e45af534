#!/bin/bash
# banned.sh — words that promise later work, calls that write without bounds, and jumps that hide.
. "$(dirname "$0")/lib.sh"

# Put together so that this file isn't its own offender.
words="TO""DO|FIX""ME|XX""X|HA""CK"
calls='strcpy|strcat|stpcpy|sprintf|vsprintf|gets|strtok|alloca|asctime|ctime|tmpnam|mktemp'

# Words in anything that people write by hand.
check_words() {
    find . -name '.git' -prune -o -name 'build*' -type d -prune -o -type f \
        \( -name '*.[ch]' -o -name '*.sh' -o -name '*.md' -o -name '*.awk' -o -name 'meson*' \) -print0 |
        xargs -0r grep -nHwE "$words" | sed -E 's|^\./||; s/^([^:]*:[0-9]+):/\1: a banned word:/' | sort
}

# Calls in what is shipped (variable-length arrays are refused by the compiler: -Wvla); everywhere, a goto goes forward, and
# no macro hides a goto or a return.
check_code() {
    c_files cache resolver client tests | while read -r file; do
        bare "$file" | awk -v file="$file" -v calls="(^|[^A-Za-z0-9_])($calls)[ \t]*[(]" '
        file !~ /^tests\// && $0 ~ calls { print file ":" NR ": a banned call: " $0 }
        /^}/ { split("", seen) }
        /^[A-Za-z_][A-Za-z0-9_]*:/ && !/^(default|public):/ {
            label = $0
            sub(/:.*/, "", label)
            seen[label] = NR
        }
        /^[ \t]*#[ \t]*define/ { in_macro = 1 }
        in_macro && /(^|[^A-Za-z0-9_])(goto|return)([^A-Za-z0-9_]|$)/ {
            print file ":" NR ": a macro hides a jump: " $0
        }
        !in_macro && match($0, /(^|[^A-Za-z0-9_])goto[ \t]+[A-Za-z_][A-Za-z0-9_]*/) {
            target = substr($0, RSTART, RLENGTH)
            sub(/.*[ \t]/, "", target)
            if (target in seen)
                print file ":" NR ": goto " target " goes back to line " seen[target]
        }
        in_macro && !/\\$/ { in_macro = 0 }'
    done
}

check() {
    check_words
    check_code
}

self_test() {
    expect_bad cache/a.c 'a banned word' "/* TO""DO: later */\n"
    expect_bad docs/a.md 'a banned word' "FIX""ME\n"
    expect_bad tests/a.sh 'a banned word' "# HA""CK around it\n"
    expect_bad cache/a.c 'a banned call' 'void f(void)\n{\n\tstrcpy(a, b);\n}\n'
    expect_bad client/a.c 'a banned call' 'void f(void)\n{\n\tx = sprintf (a, "%d", b);\n}\n'
    expect_bad cache/a.c 'a banned call' 'void f(void)\n{\n\tchar *p = alloca(n);\n}\n'
    expect_bad cache/a.c 'goto again goes back to line 3' 'void f(void)\n{\nagain:\n\tx();\n\tgoto again;\n}\n'
    expect_bad cache/a.h 'a macro hides a jump' '#define TRY(x) if (!(x)) return NULL\n'
    expect_bad cache/a.h 'a macro hides a jump' '#define TRY(x)  \\\\\n\tif (!(x)) \\\\\n\t\tgoto out\n'
    expect_good cache/a.c 'void f(void)\n{\n\tgoto out;\nout:\n\tx();\n}\nvoid g(void)\n{\n\tgoto out;\nout:\n\treturn;\n}\n'
    expect_good tests/a.c 'void f(void)\n{\n\tstrcpy(a, b);\n}\n'
    expect_bad cache/a.c 'a.c:4: a banned call' '/* a\n * " b */ const char *s = "/*\\"";\nchar c = 39;\nint x = gets(s);\n'
    expect_good cache/a.c '/* strcpy(a, b) would be wrong; sprintf() too */\nconst char *s = "gets(x)";\nint my_strcpy(int);\n'
    expect_good cache/a.c '#define ONE 1\nint f(void)\n{\n\treturn ONE;\n}\n'
}

style_main "$@"
