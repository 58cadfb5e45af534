#!/bin/bash
# includes.sh — includes go only along the arrows of docs/architecture.md.
. "$(dirname "$0")/lib.sh"

# Who may include what. The longest match on the left is the rule; the right has files and folders with all below.
# "<uv.h>" on the right: may know libuv.
rules='
cache/base             cache/base
cache                  cache
resolver/observe       resolver/observe cache
resolver/config        resolver/config cache/base
resolver/policy        resolver/policy resolver/observe cache/base cache/dns.h cache/name.h cache/question.h
resolver/validate      resolver/validate resolver/observe cache
resolver/upstream      resolver/upstream resolver/loop.h resolver/loop_uv.h resolver/observe cache <uv.h>
resolver/root          resolver/root resolver/validate resolver/complaint.h resolver/observe cache
resolver/walk          resolver/walk resolver/root resolver/upstream resolver/validate resolver/policy resolver/observe resolver/loop.h cache
resolver/front         resolver/front resolver/walk resolver/policy resolver/observe resolver/loop.h resolver/loop_uv.h cache <uv.h>
resolver/control       resolver/control resolver/config resolver/observe resolver/loop.h resolver/loop_uv.h cache <uv.h>
resolver/startup       resolver/startup resolver/complaint.h resolver/observe cache/base <uv.h>
resolver/loop.h        cache/base
resolver/loop.c        resolver/loop.h cache/base
resolver/loop_uv.h     resolver/loop.h cache/base <uv.h>
resolver/loop_uv.c     resolver/loop.h resolver/loop_uv.h cache/base <uv.h>
resolver               resolver cache <uv.h>
client                 client cache/base <uv.h>
'

# What no folder rule says: whoever these are, they may not know that.
never='
resolver/validate      cache/cache.h
resolver/policy        cache/base/cursor.h
'

check() {
    c_files cache resolver client | while read -r file; do
        awk -v file="$file" -v rules="$rules" -v never="$never" '
        function covers(prefix, path) {
            return path == prefix || index(path, prefix "/") == 1
        }
        function read_rules(text, table,    lines, n, i, space) {
            n = split(text, lines, "\n")
            for (i = 1; i <= n; i++) {
                space = match(lines[i], / +/)
                if (space > 0)
                    table[substr(lines[i], 1, RSTART - 1)] = substr(lines[i], RSTART + RLENGTH)
            }
        }
        function is_in(list, what,    words, n, i) {
            n = split(list, words, " ")
            for (i = 1; i <= n; i++)
                if (covers(words[i], what))
                    return 1
            return 0
        }
        BEGIN {
            read_rules(rules, may)
            read_rules(never, may_not)
            for (from in may)
                if (covers(from, file) && length(from) > length(best))
                    best = from
            for (from in may_not)
                if (covers(from, file))
                    forbidden = forbidden " " may_not[from]
        }
        /^[ \t]*#[ \t]*include[ \t]/ {
            what = $0
            sub(/^[ \t]*#[ \t]*include[ \t]+/, "", what)
            sub(/[ \t].*$/, "", what)
            system_header = what ~ /^</
            if (!system_header)
                gsub(/"/, "", what)
            if (system_header && what != "<uv.h>")
                next
            if (!system_header && what !~ /\//)             # of its own folder
                next
            if (!is_in(may[best], what) || is_in(forbidden, what))
                print file ":" NR ": " best " may not include " what
        }' "$file"
    done
}

self_test() {
    expect_bad cache/base/a.c 'may not include cache/name.h' '#include "cache/name.h"\n'
    expect_bad cache/a.c 'may not include resolver/loop.h' '#include "resolver/loop.h"\n'
    expect_bad cache/a.c 'may not include <uv.h>' '#include <uv.h>\n'
    expect_bad resolver/policy/a.c 'may not include cache/message.h' '#include "cache/message.h"\n'
    expect_bad resolver/policy/a.c 'may not include cache/base/cursor.h' '# include  "cache/base/cursor.h"  /* x */\n'
    expect_bad resolver/walk/a.c 'may not include <uv.h>' '#include <uv.h>\n'
    expect_bad resolver/walk/a.c 'may not include resolver/loop_uv.h' '#include "resolver/loop_uv.h"\n'
    expect_bad resolver/walk/a.c 'may not include resolver/front/front.h' '#include "resolver/front/front.h"\n'
    expect_bad resolver/upstream/a.h 'may not include resolver/walk/walk.h' '#include "resolver/walk/walk.h"\n'
    expect_bad resolver/validate/a.c 'may not include resolver/walk/walk.h' '#include "resolver/walk/walk.h"\n'
    expect_bad resolver/validate/a.c 'may not include cache/cache.h' '#include "cache/cache.h"\n'
    expect_bad resolver/observe/a.c 'may not include resolver/loop.h' '#include "resolver/loop.h"\n'
    expect_bad resolver/root/a.c 'may not include resolver/walk/walk.h' '#include "resolver/walk/walk.h"\n'
    expect_bad resolver/root/a.c 'may not include <uv.h>' '#include <uv.h>\n'
    expect_bad resolver/front/a.c 'may not include resolver/upstream/exchange.h' '#include "resolver/upstream/exchange.h"\n'
    expect_bad resolver/front/a.c 'may not include resolver/config/config.h' '#include "resolver/config/config.h"\n'
    expect_bad resolver/loop.c 'may not include resolver/observe/log.h' '#include "resolver/observe/log.h"\n'
    expect_bad client/http/a.c 'may not include cache/name.h' '#include "cache/name.h"\n'
    expect_bad client/a.c 'may not include resolver/observe/trace.h' '#include "resolver/observe/trace.h"\n'
    expect_good resolver/walk/a.c '#include "resolver/upstream/exchange.h"\n#include "cache/cache.h"\n#include "inside.h"\n#include <stdio.h>\n'
    expect_good resolver/main.c '#include "resolver/config/config.h"\n#include <uv.h>\n'
    expect_good client/a/b.c '#include "client/log/log.h"\n#include "cache/base/list.h"\n'
}

style_main "$@"
