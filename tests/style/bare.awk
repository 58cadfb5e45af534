# bare.awk — C without comments, and with strings and characters emptied; lines keep their numbers.
function next_special(text) {
    return match(text, quote != "" ? "[\\\\" quote "]" : comment ? "[*]" : "[\"'/]")
}
!comment && !/["'\/]/ { print; next }
/^[ \t]*#[ \t]*include/ { print; next }
{
    out = ""
    rest = $0
    quote = ""
    while (next_special(rest)) {
        one = substr(rest, RSTART, 1)
        two = substr(rest, RSTART, 2)
        if (!comment && quote == "")
            out = out substr(rest, 1, RSTART - 1)
        rest = substr(rest, RSTART + 1)
        if (comment) {
            if (two == "*/") { comment = 0; rest = substr(rest, 2) }
        } else if (quote != "") {
            if (one == "\\") rest = substr(rest, 2)
            else { quote = ""; out = out one }
        } else if (two == "/*") { comment = 1; rest = substr(rest, 2); out = out " " }
        else if (two == "//") { rest = ""; break }
        else {
            out = out one
            if (one != "/") quote = one
        }
    }
    if (!comment && quote == "") out = out rest
    print out
}
