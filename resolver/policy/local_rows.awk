# SPDX-License-Identifier: MIT
# local_rows.awk — zones/local/names as rows of C: -v want=zones or -v want=records.

function group_word(text) {
	gsub(/-/, "_", text)
	return "LOCAL_" toupper(text)
}

function say_records(zone, n,    i, fields, first) {
	for (i = 1; i <= n; i++) {
		split(lines[i], fields, " ")
		first = fields[3] == "" ? 0 : 1
		printf "{ .zone = %d, .owner = \"%s\", .type = TYPE_%s, .data = \"%s\" },\n", number,
		       first ? fields[1] : zone, fields[1 + first], fields[2 + first]
	}
}

function say_zone(zone) {
	if (want == "zones")
		printf "{ \"%s\", %s, %s, DS_%s, \"%s\" },\n", zone, group_word(group), toupper(shape),
		       toupper(ds), law
	else
		say_records(zone, count)
	number++
}

# The zone whose lines are all read: one, or as many as its first label's range has.
function flush(    i, range, rest) {
	if (name == "")
		return
	if (match(name, /^[0-9]+-[0-9]+\./)) {
		split(substr(name, 1, RLENGTH - 1), range, "-")
		rest = substr(name, RLENGTH)
		for (i = range[1] + 0; i <= range[2] + 0; i++)
			say_zone(i rest)
	} else {
		say_zone(name)
	}
}

/^#/ || /^[ \t]*$/ { next }
/^[ \t]/ { lines[++count] = $0; next }
{
	flush()
	name = $1; group = $2; shape = $3; ds = $4; law = $5 " " $6; count = 0
}
END { flush() }
