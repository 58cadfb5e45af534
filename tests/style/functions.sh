#!/bin/bash
# functions.sh — no function is longer than 80 lines: who can't hold it in the head can't judge it.
. "$(dirname "$0")/lib.sh"

check() {
    c_files cache resolver client tests | while read -r file; do
        awk -v file="$file" -v most=80 '
        /^{/ { begin = NR; name = before }
        /^}/ && begin {
            if (NR - begin + 1 > most)
                print file ":" begin ": " NR - begin + 1 " lines: " name
            begin = 0
        }
        !/^[ \t}]/ { before = $0 }' "$file"
    done
}

self_test() {
    long=$(printf '\\tx();\\n%.0s' $(seq 79))
    short=$(printf '\\tx();\\n%.0s' $(seq 78))
    expect_bad cache/a.c 'cache/a.c:2: 81 lines: void f(void)' "void f(void)\n{\n$long}\n"
    expect_bad tests/a.c '81 lines: START_TEST(a)' "START_TEST(a)\n{\n$long}\nEND_TEST\n"
    expect_good cache/a.c "void f(void)\n{\n$short}\n\nvoid g(void)\n{\n$short}\n"
    expect_good cache/a.c "static const int t[] = {\n$long};\n"
}

style_main "$@"
