#!/bin/bash
# rcu.sh — cache/base/rcu.h is the only file that includes liburcu.
. "$(dirname "$0")/lib.sh"

check() {
    c_files . | grep -v '^cache/base/rcu\.h$' | while read -r file; do
        awk -v file="$file" '/^[ \t]*#[ \t]*include[ \t]*[<"](urcu|rcu)[.\/-]/ || /^[ \t]*#[ \t]*include[ \t]*[<"]urcu/ {
            print file ":" NR ": only cache/base/rcu.h includes liburcu"
        }' "$file"
    done
}

self_test() {
    expect_bad cache/a.c 'only cache/base/rcu.h' '#include <urcu.h>\n'
    expect_bad tests/unit/a.c 'only cache/base/rcu.h' '#  include <urcu/urcu-memb.h>\n'
    expect_bad resolver/a.h 'only cache/base/rcu.h' '#include "urcu/rculfhash.h"\n'
    expect_good cache/base/rcu.h '#include <urcu/urcu-memb.h>\n'
    expect_good cache/a.c '#include "cache/base/rcu.h"\n'
}

style_main "$@"
