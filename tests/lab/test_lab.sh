#!/bin/bash
# SPDX-License-Identifier: MIT
# test_lab.sh — does the lab behave as its table and its pages say?
#
#   test_lab.sh            all behaviours
#   test_lab.sh NAME...    these only
#   test_lab.sh --list     their names
#
# One function per behaviour. A function that fails says why on its output; what it says is printed with "not ok".
# The judges are dig, curl and unbound, never our own programs.
set -uo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../.." && pwd)
lab=$here/lab
table=$top/zones/lab/operators
daemons=${XYLEM_DAEMONS:-$top/build/daemons}
scratch=$(mktemp -d)
export XYLEM_LAB=test-$$
state=${TMPDIR:-/tmp}/xylem-lab-$(id -u)-$XYLEM_LAB
passed=0
failed=0

# shellcheck source=tests/packages.sh
. "$top/tests/packages.sh"

cleanup() {
	"$lab" down >/dev/null 2>&1
	"$lab" --name "other-$$" down >/dev/null 2>&1
	rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

need_lab() {
	[ -f "$state/ready" ] || "$lab" up >"$scratch/up" 2>&1 || { cat "$scratch/up"; return 1; }
}

inside() {
	"$lab" exec "$@"
}

# Asks a server of the lab: ask ADDRESS QUESTION..., without recursion.
ask() {
	inside dig +norecurse +time=5 +tries=1 "@$1" "${@:2}"
}

# Is the pattern in the text? Says so if not.
expect() {
	grep -Eq -e "$2" <<<"$1" && return 0
	echo "expected $2 in: $(head -c 600 <<<"$1")"
	return 1
}

refuse() {
	grep -Eq -e "$2" <<<"$1" || return 0
	echo "didn't expect $2 in: $(head -c 600 <<<"$1")"
	return 1
}

# --- names ------------------------------------------------------------------------------------------------------------

comes_up() {
	need_lab || return 1
	sed -n 's/^lab .* is up/# up/p' "$scratch/up"
	expect "$("$lab" status)" "is up"
}

root_gives_a_referral() {
	local address answer

	need_lab || return 1
	for address in 198.41.0.4 202.12.27.33 2001:503:ba3e::2:30; do
		answer=$(ask $address www.example.com A +dnssec)
		refuse "$answer" '^;; flags:[^;]* aa' || return 1
		expect "$answer" 'ANSWER: 0,' || return 1
		expect "$answer" '^com\..*NS.a\.gtld-servers\.net' || return 1
		expect "$answer" '^com\..*DS.*13 2' || return 1
		expect "$answer" '^a\.gtld-servers\.net\..*192\.5\.6\.30' || return 1
	done
}

tld_gives_a_referral() {
	local answer

	need_lab || return 1
	answer=$(ask 192.5.6.30 www.example.com A +dnssec)
	refuse "$answer" '^;; flags:[^;]* aa' || return 1
	expect "$answer" '^example\.com\..*NS.ns1\.example\.com' || return 1
	expect "$answer" '^example\.com\..*DS' || return 1
	answer=$(ask 192.5.6.30 www.insecure.com A +dnssec)
	refuse "$answer" '^insecure\.com\..*DS' || return 1
	expect "$answer" 'NSEC3'
}

# DESIGN.md section 9: else no walk would happen.
nobody_holds_a_descendant_by_accident() {
	awk '
	function below(a, b) { return b == "." ? a != "." : length(a) > length(b) && substr(a, length(a) - length(b)) == "." b }
	$1 == "operator" { name = $2 }
	$1 == "zone" || $1 == "also" { zones[name] = zones[name] " " $2 }
	$1 == "together" { meant[$2] = 1 }
	END {
		for (name in zones) {
			n = split(zones[name], z, " ")
			for (i = 1; i <= n; i++)
				for (j = 1; j <= n; j++)
					if (below(z[i], z[j]) && !meant[name])
						print name " holds " z[j] " and " z[i]
		}
	}' "$table" >"$scratch/held"
	cat "$scratch/held"
	[ ! -s "$scratch/held" ]
}

# One line "ADDRESS ZONE" for each zone and address of its operator.
answers_due() {
	awk '$1 == "operator" { n = 0; for (i = 3; i <= NF; i++) address[++n] = $i }
		$1 == "zone" || $1 == "also" { for (i = 1; i <= n; i++) print address[i], $2 }' "$table"
}

every_zone_answers_at_every_address() {
	need_lab || return 1
	answers_due | awk '{ print "@" $1, $2, "SOA +norecurse +time=5 +tries=2 +noall +comments +answer" }' >"$scratch/questions"
	inside dig -f "$scratch/questions" >"$scratch/answers" 2>&1
	awk '/status: NOERROR/ { good = 1 } /^;; flags: qr aa/ && good { aa = 1 } /^[^;].*[ \t]SOA[ \t]/ && aa { n++; aa = good = 0 }
		END { print n + 0 }' "$scratch/answers" >"$scratch/count"
	[ "$(cat "$scratch/count")" = "$(wc -l <"$scratch/questions")" ] && return 0
	echo "$(cat "$scratch/count") of $(wc -l <"$scratch/questions") answered with authority"
	grep -E 'status: [A-Z]*' "$scratch/answers" | grep -v NOERROR | head -5
	return 1
}

# The chains of trust as an independent resolver sees them: good ones are, broken ones aren't, unsigned ones are neither.
signatures_are_what_the_table_says() {
	local pid wrong

	need_lab || return 1
	LD_LIBRARY_PATH=$(daemons_path "$daemons") "$lab" exec "$daemons/usr/sbin/unbound" -d -c "$state/unbound-5301.conf" \
		>"$scratch/unbound" 2>&1 &
	pid=$!
	wait_for_port 5301 || { cat "$scratch/unbound"; return 1; }
	awk '$1 == "zone" && $2 !~ /^\.$|^dead-most|\.quirks\.net$/ {
		name = $2 ~ /^bogus/ ? "www." $2 : $2
		print "@127.0.0.1 -p 5301", name, ($2 ~ /^bogus/ ? "A" : "SOA"), "+time=12 +tries=3 +noall +comments +question"
	}' "$table" >"$scratch/questions"
	inside dig -f "$scratch/questions" 2>&1 | awk '/status:/ { sub(/.*status: /, ""); sub(/,.*/, ""); code = $0 }
		/^;; flags:/ { ad = / ad[; ]/ ? "ad" : "-" }
		/^;[^; ].*IN/ { name = substr($1, 2); sub(/^www\./, "", name); sub(/\.$/, "", name); print name ": " code, ad }' | sort >"$scratch/seen"
	awk '$1 == "zone" && $2 !~ /^\.$|^dead-most|\.quirks\.net$/ {
		want = "NOERROR ad"
		if ($3 == "unsigned" || / no-ds/ || below_insecure($2)) want = "NOERROR -"
		if ($2 ~ /^iterations/) want = "NOERROR (ad|-)"
		if ($2 ~ /^bogus-/) want = "SERVFAIL -"
		if ($2 ~ /^bogus-denial/) want = "NOERROR ad"
		if ($2 ~ /^weak-key/) want = "NOERROR (ad|-)"
		if ($2 ~ /^unproven/) want = "SERVFAIL -"
		if ($2 ~ /^bogus-(revoked|sha1-ds)\./) want = "(SERVFAIL -|NOERROR ad)"    # unbound errs, see verdicts.txt
		print $2 ": " want
	}
	function below_insecure(zone) { return zone ~ /\.(aq|insecure\.com|root-servers\.net)$/ }' "$table" | sort >"$scratch/want"
	wrong=$(grep -Evxf "$scratch/want" "$scratch/seen"; join -v 1 "$scratch/want" "$scratch/seen")
	kill $pid
	wait $pid 2>/dev/null
	[ -z "$wrong" ] && return 0
	echo "not as the table says (or never answered): $(head -5 <<<"$wrong" | tr '\n' ';')"
	return 1
}

wait_for_port() {
	local deadline=$((SECONDS + 60))

	while [ $SECONDS -lt $deadline ]; do
		inside dig +time=1 +tries=1 @127.0.0.1 -p "$1" version.bind CH TXT >/dev/null 2>&1 && return 0
		sleep 0.2
	done
	echo "nobody answers on port $1"
	return 1
}

silent_servers_are_silent() {
	local address

	need_lab || return 1
	for address in 198.51.100.74 198.51.100.75 198.51.100.76 2001:db8:53:74::1; do
		expect "$(inside dig +time=1 +tries=1 @$address dead-all.com 2>&1)" 'timed out|no servers could be reached' || return 1
		refuse "$(inside dig +time=1 +tries=1 @$address dead-all.com 2>&1)" refused || return 1
	done
	# A TCP connection is made, and then nothing.
	inside timeout 1 bash -c 'exec 3<>/dev/tcp/198.51.100.74/53 && printf "\0\14abcdefghijkl" >&3 && read -r -t 5 -u 3 x' 2>/dev/null
	[ $? = 124 ] || { echo "TCP to a silent server ended by itself"; return 1; }
}

closed_servers_refuse_the_connection() {
	need_lab || return 1
	expect "$(inside dig +time=1 +tries=1 @198.51.100.77 example.com 2>&1)" 'connection refused' || return 1
	expect "$(inside dig +time=1 +tries=1 +tcp @2001:db8:53:77::1 example.com 2>&1)" 'connection refused'
}

lame_servers_know_nothing() {
	need_lab || return 1
	expect "$(ask 198.51.100.72 lame-all.net SOA)" 'status: REFUSED' || return 1
	expect "$(ask 198.51.100.73 www.lame-one.net A)" 'status: REFUSED' || return 1
	expect "$(ask 198.51.100.78 www.servfail-all.net A)" 'status: SERVFAIL'
}

quirks_are_quirks() {
	local net=198.51.100 answer

	need_lab || return 1
	expect "$(ask $net.102 www.late-400.quirks.net A)" 'Query time: ([4-9]|[1-4][0-9])[0-9][0-9] msec' || return 1
	expect "$(ask $net.105 www.tcp-only.quirks.net A)" 'timed out' || return 1
	expect "$(ask $net.105 www.tcp-only.quirks.net A +tcp)" 'status: NOERROR' || return 1
	expect "$(ask $net.106 www.cut.quirks.net A)" 'Truncated' || return 1
	expect "$(ask $net.107 www.cut-no-tcp.quirks.net A)" 'refused' || return 1
	expect "$(ask $net.108 www.edns-silent.quirks.net A)" 'timed out' || return 1
	expect "$(ask $net.108 www.edns-silent.quirks.net A +noedns)" 'status: NOERROR' || return 1
	expect "$(ask $net.109 www.edns-formerr.quirks.net A)" 'status: FORMERR' || return 1
	expect "$(ask $net.110 www.edns-notimp.quirks.net A)" 'status: NOTIMP' || return 1
	expect "$(ask $net.111 wWw.lower-case.quirks.net HTTPS)" '^;www\.lower-case.*HTTPS' || return 1
	expect "$(ask $net.112 www.stray-id.quirks.net A)" 'ID mismatch' || return 1
	expect "$(ask $net.113 www.stray-question.quirks.net A)" 'Question section mismatch' || return 1
	expect "$(ask $net.115 www.short.quirks.net A)" 'short' || return 1
	expect "$(ask $net.116 www.no-qr.quirks.net A)" 'query response not set' || return 1
	refuse "$(ask $net.117 www.no-aa.quirks.net A)" '^;; flags:[^;]* aa' || return 1
	answer=$(ask $net.119 www.flapping.quirks.net A; ask $net.119 www.flapping.quirks.net A)
	expect "$answer" 'status: SERVFAIL' && expect "$answer" 'status: NOERROR'
}

big_answers_are_cut_off() {
	local answer

	need_lab || return 1
	answer=$(ask 198.51.100.21 a100.big.net A +notcp +ignore +bufsize=1232)
	expect "$answer" '^;; flags:[^;]* tc' || return 1
	answer=$(ask 198.51.100.21 a250.big.net A +tcp)
	expect "$answer" 'ANSWER: 250,'
}

parent_and_child_share_servers() {
	need_lab || return 1
	# uk's server knows co.uk itself, and refers to shop.co.uk at once
	expect "$(ask 192.0.2.60 co.uk SOA)" 'flags: qr aa' || return 1
	expect "$(ask 192.0.2.60 www.shop.co.uk A)" '^shop\.co\.uk\..*NS'
}

cuts_may_be_deep() {
	need_lab || return 1
	expect "$(ask 192.0.2.50 www.a.b.c.d.deep.io A)" '^a\.b\.c\.d\.deep\.io\..*NS' || return 1
	expect "$(ask 192.0.2.50 c.d.deep.io A)" 'status: NOERROR.*' || return 1
	refuse "$(ask 192.0.2.50 c.d.deep.io A)" '^[a-z.]*deep\.io\..*NS.ns'
}

names_cover_every_kind() {
	local count

	count=$(grep -vc '^#\|^$' "$top/zones/lab/names.txt")
	[ "$count" -ge 200 ] || { echo "only $count names"; return 1; }
	[ -z "$(grep -v '^#\|^$' "$top/zones/lab/names.txt" | sort | uniq -d)" ] || { echo "a name is there twice"; return 1; }
}

# --- the web ----------------------------------------------------------------------------------------------------------

# curl that needs no resolver: fetch ADDRESS URL ARGUMENTS...
fetch() {
	local host=${2#*://} port=80

	host=${host%%[/:]*}
	[[ $2 = https:* ]] && port=443
	inside curl -sS -m 15 --cacert "$state/ca.pem" --resolve "$host:$port:$1" "$2" "${@:3}" 2>&1
}

page_loads() {
	need_lab || return 1
	expect "$(fetch 203.0.113.80 http://www.example.com/)" 'A page of many parts' || return 1
	expect "$(fetch 2001:db8:80::80 http://www.example.com/)" 'A page of many parts' || return 1
	expect "$(fetch 203.0.113.80 https://www.example.com/ --http1.1 -i)" 'HTTP/1.1 200' || return 1
	expect "$(fetch 203.0.113.80 https://www.example.com/ --http2 -i)" 'HTTP/2 200' || return 1
	expect "$(fetch 203.0.113.84 https://h1.example.com/ --http2 -i)" 'HTTP/1.1 200'
}

page_parts_load_from_their_hosts() {
	need_lab || return 1
	expect "$(fetch 203.0.113.80 https://www.example.com/style.css)" 'import' || return 1
	expect "$(fetch 203.0.113.82 https://static.example.org/theme.css -i)" 'text/css' || return 1
	expect "$(fetch 203.0.113.81 https://cdn.example.net/lib.js -i)" 'text/javascript' || return 1
	expect "$(fetch 203.0.113.81 https://img.example.net/photo.png -I)" 'image/png' || return 1
	expect "$(fetch 203.0.113.80 https://www.example.com/missing.png -I)" ' 404'
}

redirects_redirect() {
	local code

	need_lab || return 1
	for code in 301 302 303 307 308; do
		expect "$(fetch 203.0.113.80 http://redirect.example.com/$code -i)" "HTTP/1.1 $code" || return 1
	done
	expect "$(fetch 203.0.113.80 http://redirect.example.com/chain/30 -L)" 'end of the chain' || return 1
	expect "$(fetch 203.0.113.80 http://redirect.example.com/deep/relative -L)" 'target reached' || return 1
	expect "$(fetch 203.0.113.80 http://redirect.example.com/loop -L)" 'Maximum .* redirects' || return 1
	expect "$(fetch 203.0.113.80 http://redirect.example.com/to-https -i)" 'Location: https://'
}

caching_is_told() {
	need_lab || return 1
	expect "$(fetch 203.0.113.81 http://cache.example.com/max-age -i)" 'max-age=60' || return 1
	expect "$(fetch 203.0.113.81 http://cache.example.com/etag -i -H 'If-None-Match: "6955b900-7"')" '304' || return 1
	expect "$(fetch 203.0.113.81 http://cache.example.com/last-modified -i -H 'If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT')" 304 || return 1
	expect "$(fetch 203.0.113.81 http://cache.example.com/vary -i)" 'Vary: Accept-Language'
}

answers_are_compressed() {
	need_lab || return 1
	expect "$(fetch 203.0.113.81 http://compress.example.com/gzip -o /dev/null -D - -H 'Accept-Encoding: gzip')" 'Encoding: gzip' || return 1
	expect "$(fetch 203.0.113.81 http://compress.example.com/brotli -o /dev/null -D - -H 'Accept-Encoding: br')" 'Encoding: br' || return 1
	expect "$(fetch 203.0.113.81 http://compress.example.com/both --compressed | tail -n 1)" 'compresses well'
}

answers_are_slow_large_chunked_or_wrong() {
	need_lab || return 1
	expect "$(fetch 203.0.113.82 http://slow.example.com/wait/1 -w '%{time_total}')" '^([1-9]|1[0-4])\.' || return 1
	expect "$(fetch 203.0.113.82 http://large.example.com/6m.bin -o /dev/null -w '%{size_download}')" '^6291456$' || return 1
	expect "$(fetch 203.0.113.82 http://large.example.com/chunked -o /dev/null -D -)" 'chunked' || return 1
	expect "$(fetch 203.0.113.82 http://error.example.com/closed)" 'Empty reply' || return 1
	expect "$(fetch 203.0.113.82 http://error.example.com/500 -i)" 'HTTP/1.1 500' || return 1
	expect "$(fetch 203.0.113.83 http://echo.example.com/body -d 'a=b')" '^a=b' || return 1
}

bad_certificates_are_refused() {
	local name address=203.0.113.83

	need_lab || return 1
	for name in expired notyet wrong-name self-signed unknown-ca incomplete not-a-server; do
		fetch $address https://$name.badcert.com/ >"$scratch/curl"
		[ $? = 60 ] || { echo "$name: $(cat "$scratch/curl")"; return 1; }
		expect "$(fetch $address https://$name.badcert.com/ -k)" "this is $name" || return 1
	done
	expect "$(fetch $address https://rsa.badcert.com/)" 'this is rsa' || return 1
	expect "$(fetch $address https://client-cert.badcert.com/)" 'No required SSL certificate' || return 1
	expect "$(fetch $address https://client-cert.badcert.com/ --cert "$state/client.pem" --key "$state/client.key")" 'I know you' || return 1
	expect "$(fetch 203.0.113.85 https://tls12.badcert.com/)" '^TLSv1.2' || return 1
	expect "$(fetch 203.0.113.86 https://tls13.badcert.com/)" '^TLSv1.3'
}

odd_pages_are_odd() {
	local address=203.0.113.90

	need_lab || return 1
	expect "$(fetch $address http://odd.example.com/)" '/early-hints' || return 1
	expect "$(fetch $address http://odd.example.com/good)" '^hello' || return 1
	expect "$(fetch $address http://odd.example.com/early-hints -i)" '103 Early Hints' || return 1
	expect "$(fetch $address http://odd.example.com/reset)" 'reset' || return 1
	expect "$(fetch $address http://odd.example.com/close-in-body)" '10 bytes remaining' || return 1
	expect "$(fetch $address http://odd.example.com/silent -m 1)" 'timed out' || return 1
	expect "$(fetch $address http://odd.example.com/slow-body -w '%{time_total}')" '^([1-9]|1[0-4])\.' || return 1
	expect "$(fetch 203.0.113.91 http://stuck.example.com/ --connect-timeout 1)" '(Connection|Resolving) timed out|Timeout was reached|Connection timeout' || return 1
	expect "$(fetch 203.0.113.250 http://unreachable.example.com/)" "Couldn't connect|unreachable"
}

# --- the box ----------------------------------------------------------------------------------------------------------

nothing_leaves_the_box() {
	need_lab || return 1
	expect "$(inside ip -o link | wc -l)" '^1$' || return 1
	expect "$(inside ip route get 9.9.9.9 2>&1)" 'unreachable' || return 1
	expect "$(inside cat /etc/resolv.conf)" '^nameserver 127.0.0.1$' || return 1
	expect "$(inside cat /etc/nsswitch.conf)" '^hosts: files dns$' || return 1
	refuse "$(cat /etc/resolv.conf)" '^# never matches$' || return 1
	expect "$(http_proxy=http://192.0.2.1:1 inside sh -c 'echo "proxy:$http_proxy"')" '^proxy:$'
}

exec_is_transparent() {
	local pid

	need_lab || return 1
	inside sh -c 'exit 7'
	[ $? = 7 ] || { echo "the exit status is lost"; return 1; }
	expect "$(cd /usr && inside pwd)" '^/usr$' || return 1
	expect "$(echo in | inside cat)" '^in$' || return 1
	"$lab" exec sleep 1000 &
	pid=$!
	for _ in $(seq 200); do                 # until it has entered
		[ "$(cat /proc/$pid/comm)" = sleep ] && break
		sleep 0.1
	done
	expect "$(cat /proc/$pid/comm)" '^sleep$' || return 1
	kill $pid
	wait $pid 2>/dev/null
	[ ! -d /proc/$pid ] || { echo "the command outlived a signal"; return 1; }
}

status_knows() {
	need_lab || return 1
	expect "$("$lab" status)" "root-hints +$state/root.hints" || return 1
	"$lab" --name "never-$$" status >"$scratch/status"
	[ $? = 3 ] && expect "$(cat "$scratch/status")" 'is down'
}

two_labs_do_not_meet() {
	local other="$lab --name other-$$"

	need_lab || return 1
	$other up >"$scratch/other" 2>&1 || { cat "$scratch/other"; return 1; }
	expect "$($other exec dig +norecurse +time=2 +tries=1 @198.41.0.4 com NS)" 'status: NOERROR' || return 1
	[ "$(inside readlink /proc/self/ns/net)" != "$($other exec readlink /proc/self/ns/net)" ] || { echo "one network"; return 1; }
	cmp -s "$state/root.anchors" "${state%/*}/xylem-lab-$(id -u)-other-$$/root.anchors" && { echo "one key"; return 1; }
	$other down >/dev/null || return 1
	expect "$(ask 198.41.0.4 com NS)" 'status: NOERROR'
}

# Everything that goes by the lab's name, its folder, and its network.
remains() {
	local process

	[ -e "$2" ] && echo "the folder $2"
	grep "$2" /proc/self/mounts
	for process in /proc/[0-9]*; do
		[ "$(readlink "$process/ns/net" 2>/dev/null)" = "$1" ] && echo "process ${process#/proc/}: $(tr '\0' ' ' <"$process/cmdline")"
	done
}

down_leaves_nothing() {
	local network guest

	need_lab || return 1
	network=$(cat "$state/network")
	"$lab" exec sleep 1000 &
	guest=$!
	for _ in $(seq 200); do                 # until it has entered
		[ "$(cat /proc/$guest/comm)" = sleep ] && break
		sleep 0.1
	done
	"$lab" down >/dev/null
	wait $guest 2>/dev/null
	remains "$network" "$state" >"$scratch/remains"
	cat "$scratch/remains"
	[ ! -s "$scratch/remains" ] || return 1
	"$lab" down >/dev/null || { echo "down when down failed"; return 1; }
}

# As nobody, in a user namespace. When we aren't root the other tests have shown as much.
works_without_root() {
	local network

	[ "$(id -u)" = 0 ] || { echo "# we aren't root: everything here was done without it"; need_lab; return; }
	command -v setpriv >/dev/null || { echo "# no setpriv: not tried"; return 0; }
	daemons_unpack "$daemons" || return 1
	mkdir "$scratch/nobody"
	chmod 755 "$scratch"
	chown 65534:65534 "$scratch/nobody"
	(
		export TMPDIR=$scratch/nobody HOME=$scratch/nobody XYLEM_DAEMONS=$daemons
		unshare_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
		unshare_nobody unshare -U -r -n true 2>/dev/null || { echo "# no user namespaces here: not tried"; exit 0; }
		cd /
		unshare_nobody "$lab" up || exit 1
		expect "$(unshare_nobody "$lab" exec dig +norecurse @198.41.0.4 com NS)" 'status: NOERROR' || exit 1
		expect "$(unshare_nobody "$lab" exec curl -sS --resolve www.example.com:80:203.0.113.80 http://www.example.com/)" 'many parts' || exit 1
		network=$(cat "$TMPDIR"/xylem-lab-*/network)
		unshare_nobody "$lab" down >/dev/null || exit 1
		remains "$network" "$TMPDIR/xylem-lab-65534-$XYLEM_LAB" >"$scratch/remains"
		cat "$scratch/remains"
		[ ! -s "$scratch/remains" ]
	) >"$scratch/as-nobody" 2>&1 && { grep '^#' "$scratch/as-nobody"; return 0; }
	cat "$scratch/as-nobody"
	return 1
}

behaviours=(
	comes_up root_gives_a_referral tld_gives_a_referral nobody_holds_a_descendant_by_accident
	every_zone_answers_at_every_address signatures_are_what_the_table_says silent_servers_are_silent
	closed_servers_refuse_the_connection lame_servers_know_nothing quirks_are_quirks big_answers_are_cut_off parent_and_child_share_servers
	cuts_may_be_deep names_cover_every_kind
	page_loads page_parts_load_from_their_hosts redirects_redirect caching_is_told answers_are_compressed
	answers_are_slow_large_chunked_or_wrong bad_certificates_are_refused odd_pages_are_odd
	nothing_leaves_the_box exec_is_transparent status_knows two_labs_do_not_meet down_leaves_nothing works_without_root
)

run() {
	local name=$1

	if [[ " ${behaviours[*]} " != *" $name "* ]]; then
		echo "not ok $name no such behaviour (test_lab.sh --list)"
		failed=$((failed + 1))
	elif "$name" >"$scratch/said" 2>&1; then
		sed -n '/^#/p' "$scratch/said"
		echo "ok $name"
		passed=$((passed + 1))
	else
		echo "not ok $name $(head -c 1500 "$scratch/said" | tr '\n' ' ')"
		failed=$((failed + 1))
	fi
}

if [ "${1-}" = --list ]; then
	printf '%s\n' "${behaviours[@]}"
	exit 0
fi
for name in "${@:-${behaviours[@]}}"; do
	run "$name"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
