#!/bin/bash
# heads.sh — each C file begins with its licence and with what it is.
. "$(dirname "$0")/lib.sh"

check() {
    c_files cache resolver client tests | while read -r file; do
        awk -v file="$file" '
        BEGIN { name = file; sub(/.*\//, "", name) }
        NR == 1 && $0 != "/* SPDX-License-Identifier: MIT */" {
            print file ":1: the first line is /* SPDX-License-Identifier: MIT */"
        }
        NR == 2 && index($0, "/* " name " — ") != 1 {
            print file ":2: the second line begins with /* " name " — what it is"
        }
        END { if (NR < 2) print file ": is empty" }' "$file"
    done
}

self_test() {
    expect_bad cache/a.c 'cache/a.c:1: the first line' '/* a.c — x */\n\n'
    expect_bad cache/a.c 'cache/a.c:2: the second line' '/* SPDX-License-Identifier: MIT */\n#include <stdio.h>\n'
    expect_bad tests/a.h 'tests/a.h:2: the second line' '/* SPDX-License-Identifier: MIT */\n/* b.h — x. */\n'
    expect_bad client/a.h 'is empty' ''
    expect_good cache/a.c '/* SPDX-License-Identifier: MIT */\n/* a.c — what it is. */\n'
}

style_main "$@"
