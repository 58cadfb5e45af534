# lib.sh — what the style tests share. Sourced; each test then calls style_main "$@".
#
# A test defines check, which prints one line per offender found below the current folder, and self_test, which feeds
# check bad and good samples: a test that can't fail is none. Both run each time.
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
failures=0

# The C files of the tree, or of the folders named.
c_files() {
    find "${@:-.}" -name '.git' -prune -o -name 'build*' -type d -prune -o \
        -type f \( -name '*.c' -o -name '*.h' \) -print 2>/dev/null | sed 's|^\./||' | sort
}

# C without comments and without what is in strings, line by line as before.
bare() {
    awk -f "$here/bare.awk" "$1"
}

# expect_bad PATH WORDS CONTENT: alone in a tree, this file must be complained about in these words.
expect_bad() {
    local tree said
    tree=$(mktemp -d) && mkdir -p "$tree/$(dirname "$1")" && printf '%b' "$3" > "$tree/$1"
    said=$(cd "$tree" && check)
    case $said in
    *"$2"*) ;;
    *) echo "self-test: this should be refused with \"$2\", but was \"$said\":"; printf '%b\n' "$3"
       failures=$((failures + 1)) ;;
    esac
    rm -rf "$tree"
}

# expect_good PATH CONTENT
expect_good() {
    local tree said
    tree=$(mktemp -d) && mkdir -p "$tree/$(dirname "$1")" && printf '%b' "$2" > "$tree/$1"
    said=$(cd "$tree" && check)
    if [ -n "$said" ]; then
        echo "self-test: this should pass, but \"$said\":"; printf '%b\n' "$2"
        failures=$((failures + 1))
    fi
    rm -rf "$tree"
}

# style_main ROOT
style_main() {
    local offenders
    self_test
    if [ "$failures" -ne 0 ]; then
        echo "$failures self-tests failed"
        exit 1
    fi
    offenders=$(cd "$1" && check)
    if [ -n "$offenders" ]; then
        printf '%s\n' "$offenders"
        echo "$(printf '%s\n' "$offenders" | wc -l) offenders"
        exit 1
    fi
}
