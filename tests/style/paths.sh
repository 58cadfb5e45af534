#!/bin/bash
# paths.sh — what README.md and docs/ name in backticks as a path of this repository exists.
. "$(dirname "$0")/lib.sh"

check() {
    find README.md docs -name '*.md' 2>/dev/null | sort | while read -r page; do
        grep -no '`[^`]*`' "$page" | while IFS=: read -r line quoted; do
            path=${quoted#\`}
            path=${path%\`}
            path=${path#./}
            case $path in
            *[!A-Za-z0-9_./*{},\[\]-]*) continue ;;         # a command, a key, a name of something else
            cache/* | resolver/* | client/* | tests/* | zones/* | docs/* | .ci/*) ;;
            *) continue ;;
            esac
            # "cache/name.[ch]" and "docs/*.md" are patterns; braces are two words
            found=yes
            for word in $(eval "echo $path"); do
                [ -e "$word" ] || found=
            done
            [ -n "$found" ] || echo "$page:$line: $path doesn't exist"
        done
    done
}

self_test() {
    expect_bad docs/a.md "docs/a.md:2: cache/nothing.c doesn't exist" 'One.\nSee `cache/nothing.c`.\n'
    expect_bad README.md "tests/nothing/ doesn't exist" 'See `./tests/nothing/`.\n'
    expect_bad docs/a.md "docs/*.txt doesn't exist" '`docs/*.txt`\n'
    expect_bad docs/a.md "docs/{a,b}.md doesn't exist" '`docs/{a,b}.md`\n'
    expect_good docs/a.md 'See `docs/a.md`, `docs/*.md`, `docs/[ab].md` and `docs/`.\n'
    expect_good docs/a.md 'Type `dig @127.0.0.1 example.org`; `cache.memory`, `build/resolver/xylemd`, `/etc/xylem/x`.\n'
}

style_main "$@"
