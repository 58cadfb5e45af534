#!/bin/bash
# layout.sh — tabs for indentation, at most 100 columns, nothing at the end of a line but its end.
. "$(dirname "$0")/lib.sh"

check_c() {
    c_files cache resolver client tests | while read -r file; do
        awk -v file="$file" -v most=100 '
        function columns(line,    i, n, at, one) {
            gsub(/[\200-\277]/, "", line)   # what follows the first octet of a UTF-8 character
            if (line !~ /\t/)
                return length(line)
            n = length(line)
            for (i = 1; i <= n; i++) {
                one = substr(line, i, 1)
                at += one == "\t" ? 8 - at % 8 : 1
            }
            return at
        }
        /^ / && !/^ \*/                { print file ":" NR ": indented with spaces" }
        /^\t+        /                  { print file ":" NR ": spaces where a tab would do" }
        length($0) > most / 8 && columns($0) > most {
            print file ":" NR ": " columns($0) " columns"
        }' "$file"
    done
}

check_ends() {
    find . -name '.git' -prune -o -name 'build*' -type d -prune -o -type f \
        \( -name '*.[ch]' -o -name '*.sh' -o -name '*.awk' -o -name '*.yaml' -o -name 'meson*' \) -print |
        sed 's|^\./||' | sort | while read -r file; do
        awk -v file="$file" '/[ \t\r]$/ { print file ":" NR ": ends with blanks" }' "$file"
        [ -z "$(tail -c 1 "$file")" ] || echo "$file: has no newline at its end"
    done
}

check() {
    check_c
    check_ends
}

self_test() {
    local wide
    wide=$(printf 'x%.0s' $(seq 93))
    expect_bad cache/a.c 'cache/a.c:1: 101 columns' "\t$wide\n"
    expect_bad cache/a.c 'indented with spaces' '    x();\n'
    expect_bad cache/a.c 'spaces where a tab would do' '\t        x();\n'
    expect_bad cache/a.c 'cache/a.c:1: ends with blanks' 'x(); \n'
    expect_bad meson.build 'ends with blanks' 'x\t\n'
    expect_bad tests/a.sh 'has no newline at its end' 'x'
    expect_good cache/a.c "\t${wide%x}\n/* a\n * b\n */\n\t    x();\n"
    expect_good cache/a.c "/* — ${wide%xx}… */\n"
}

style_main "$@"
