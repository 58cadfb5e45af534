#!/bin/bash
# limits.sh — every bound of cache/base/limits.h stands in docs/limits.md with a test, and each test named there exists.
. "$(dirname "$0")/lib.sh"

bounds() {
    sed -nE 's/^[[:space:]]+([A-Z][A-Z0-9_]+)[[:space:]]+=.*/\1/p' cache/base/limits.h 2>/dev/null
}

named() {
    grep '^|' docs/limits.md | grep -oE '`[a-z][a-z0-9_]+`' | tr -d '`' | sort -u
}

exists() {
    [ -e "tests/scenario/stories/$1.scn" ] || grep -rqE "START_TEST\($1\)" tests/unit 2>/dev/null
}

check() {
    local bound name
    for bound in $(bounds); do
        grep -qE "^\|[^|]*\`$bound\`[^|]*\| *\`" docs/limits.md 2>/dev/null ||
            echo "cache/base/limits.h: $bound has no test in docs/limits.md"
    done
    [ -e docs/limits.md ] || return 0
    for name in $(named); do
        exists "$name" || echo "docs/limits.md: there is no test $name"
    done
}

self_test() {
    expect_bad cache/base/limits.h 'MAX_LEAVES has no test' 'enum {\n\tMAX_LEAVES = 3,\n};\n'
    expect_bad docs/limits.md 'there is no test no_such_case' '| `MAX_LEAVES` | `no_such_case` |\n'
    expect_good cache/base/limits.h 'enum {\n};\n'
}

style_main "$@"
