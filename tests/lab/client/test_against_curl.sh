#!/bin/bash
# SPDX-License-Identifier: MIT
# test_against_curl.sh — xylem get and curl, side by side: same head, same body, same exit code.
#
# Runs inside the lab, as ../daemon/daemon.sh says; XYLEM names the client. If somebody answers at 127.0.0.1 port 53 already,
# that resolver is asked, else the daemon.
#
# Where we are stricter than curl on purpose there is no test here: two lengths that differ, a length beside chunks, control
# characters, blanks before a colon and the like are refused (exit code 8), as RFC 9112 allows.

# shellcheck source=tests/lab/daemon/daemon.sh
. "$(dirname "$(readlink -f "$0")")/../daemon/daemon.sh"

xylem=${XYLEM:-$top/build-test/client/xylem}
ca=$lab_state/ca.pem
odd=http://odd.example.com
red=http://redirect.example.com

need_resolver() {
	[ -n "$daemon" ] || dig +time=1 +tries=1 @127.0.0.1 . NS >/dev/null 2>&1 || need_daemon
}

# What differs from second to second, or says who asks.
steady() {
	sed -e 's/^Date: .*/Date: now/' -e 's/^\(made at\) .*/\1 now/' -e "s#curl/[0-9.]*#AGENT#;s#xylem/[0-9.]*#AGENT#" "$1"
}

# same ARGUMENT...: both programs with these arguments; says how they differ.
same() {
	local theirs ours bad=0

	need_resolver || return 1
	curl -s "$@" >"$scratch/theirs" 2>/dev/null </dev/null
	theirs=$?
	"$xylem" get -s "$@" >"$scratch/ours" 2>"$scratch/error" </dev/null
	ours=$?
	if [ $theirs != $ours ]; then
		echo "exit $ours instead of curl's $theirs: $*"
		bad=1
	fi
	if ! cmp -s <(steady "$scratch/theirs") <(steady "$scratch/ours"); then
		echo "other output: $*"
		diff -a <(steady "$scratch/theirs") <(steady "$scratch/ours") | head -n 6
		bad=1
	fi
	return $bad
}

# each ARGUMENT... -- LAST...: the same for each of the last ones.
each() {
	local -a arguments=()
	local bad=0 last

	while [ "$1" != -- ]; do
		arguments+=("$1")
		shift
	done
	shift
	for last in "$@"; do
		same "${arguments[@]}" "$last" || bad=1
	done
	return $bad
}

test_pages() {
	each -i -- http://www.example.com/ http://www.example.com/hello.txt http://www.example.com/cookies \
		http://static.example.org/ http://www.example.com/no-such-page "http://www.example.com/?a=b&c=%20d" \
		www.example.com/hello.txt HTTP://WWW.EXAMPLE.COM/hello.txt http://www.example.com/a/../hello.txt \
		http://www.example.com:80/hello.txt
}

test_pages_over_tls() {
	each --http1.1 --cacert "$ca" -i -- https://www.example.com/ https://www.example.com/hello.txt https://img.example.net/
}

test_heads() {
	each -I -- http://www.example.com/ http://www.example.com/no-such-page $odd/good $red/301
}

test_redirects() {
	local path
	local -a urls=()

	for path in 301 302 303 307 308 relative deep/relative path query fragment cross chain/5 chain/30 loop ping broken; do
		urls+=("$red/$path")
	done
	each -i -- "${urls[@]}" && each -L -- "${urls[@]}" && each -L -i -- "$red/301" "$red/chain/5" &&
		each --http1.1 -L --cacert "$ca" -- "$red/to-https"
}

test_methods() {
	local bad=0 path

	for path in 301 302 303 307 308; do
		same -L -d a=b "$red/$path" || bad=1
		same -L -X PUT "$red/$path" || bad=1
		same -L -I "$red/$path" || bad=1
	done
	return $bad
}

test_requests_are_the_same() {
	local bad=0 echo=http://echo.example.com

	printf 'one\r\ntwo\n' >"$scratch/body"
	same $echo/headers || bad=1
	same -d a=1 -d b=2 $echo/headers || bad=1
	same -d a=1 -d b=2 $echo/body || bad=1
	same -d "@$scratch/body" $echo/body || bad=1
	same --data-binary "@$scratch/body" $echo/body || bad=1
	same -d '' $echo/headers || bad=1
	same -X DELETE $echo/method || bad=1
	same -H 'X-Own: yes' -H 'Accept:' -H 'Empty;' -A agent -e http://from.example/ $echo/headers || bad=1
	same -H 'Host: echo.example.com' -H 'Content-Type: text/x' -d x $echo/headers || bad=1
	same -H 'no colon' -A '' $echo/headers || bad=1
	same -u name:password $echo/headers || bad=1
	same http://name:pass%40word@echo.example.com/headers || bad=1
	same --compressed -H 'Accept-Encoding: gzip' $echo/headers || bad=1
	return $bad
}

test_endings() {
	each -i -m 4 -- $odd/close $odd/reset $odd/close-in-body $odd/reset-in-body $odd/close-in-chunk \
		$odd/no-last-chunk $odd/until-close $odd/too-much $odd/body-of-204
}

test_lengths_and_chunks() {
	each -i -m 4 -- $odd/same-lengths $odd/chunks $odd/slow-chunks $odd/no-reason $odd/status-999 $odd/early-hints \
		$odd/processing
}

test_time() {
	each -m 1 -- $odd/silent $odd/late $odd/slow-body $odd/stalled-body
}

test_statuses_that_fail() {
	each -f -- http://www.example.com/no-such-page http://www.example.com/hello.txt $red/301 &&
		each -f -i -- http://www.example.com/no-such-page
}

test_names_and_addresses() {
	each -m 8 -- http://no-such-host.example.com/ http://203.0.113.80:81/ "http://[2001:db8:80::80]/hello.txt" \
		http://203.0.113.80/ http://www.example.com:99999/ "http://[::zz]/" http:// "http://exa mple.com/" \
		ftp2://www.example.com/
}

# curl says 7 for a host without an address of the family asked for, we say 6: it is the name that has none.
test_families() {
	each -4 -- http://www.example.com/hello.txt && each -6 -- http://www.example.com/hello.txt &&
		each -- http://v4.example.com/hello.txt http://v6.example.com/hello.txt
}

test_resolve() {
	each --resolve made.up.example:80:203.0.113.80 -- http://made.up.example/ &&
		each --resolve "made.up.example:80:[2001:db8:80::80]" -- http://made.up.example/
}

test_bad_certificates() {
	local host bad=0

	for host in expired notyet wrong-name self-signed unknown-ca incomplete not-a-server tls12 tls13 rsa no-certificate; do
		same --http1.1 --cacert "$ca" "https://$host.badcert.com/" || bad=1
		same --http1.1 -k "https://$host.badcert.com/" || bad=1
	done
	same https://www.example.com/ || bad=1
	same --cacert /no/such/file https://www.example.com/ || bad=1
	same https://www.example.com:80/ || bad=1
	return $bad
}

test_codings() {
	local bad=0 path

	for path in / /gzip /brotli /both /stored /plain; do
		same --compressed "http://compress.example.com$path" || bad=1
		same -H 'Accept-Encoding: gzip' "http://compress.example.com$path" || bad=1
	done
	same --compressed $odd/gzip-broken || bad=1
	return $bad
}

test_errors_and_sizes() {
	each -i -- http://error.example.com/{400,401,403,404,405,410,418,429,451,500,502,503,504,204,205,304,closed} &&
		each -- http://large.example.com/{100k.bin,6m.bin,chunked} http://slow.example.com/{drops,wait/1}
}

test_names_that_fail_in_dns() {
	# curl's resolver asks a second time after a failure, so it needs twice our time to know: it is given it. The other
	# name is asked of nobody else: its walk is under way while both lose patience.
	each -m 60 -- http://www.dead-all.com/ http://no-such-tld-at-all/ || return 1
	each -m 1 -- http://for-the-impatient.dead-all.com/
}

test_output_that_cannot_be_written() {
	same -o /no/such/folder/file http://www.example.com/hello.txt &&
		same -o /dev/full http://large.example.com/100k.bin
}

run_tests "$@"
