#!/bin/bash
# SPDX-License-Identifier: MIT
# test_shows_it.sh — xylem query, get and ctl with the daemon beside it: is what they show what there is? Runs inside the lab,
# as ../daemon/daemon.sh says; XYLEM names the client.

# shellcheck source=tests/lab/daemon/daemon.sh
. "$(dirname "$(readlink -f "$0")")/../daemon/daemon.sh"

xylem=${XYLEM:-$top/build-test/client/xylem}
ca=$lab_state/ca.pem

query() {
	"$xylem" query "$@" 2>&1
}

# The stages, without the body.
get() {
	"$xylem" get --cacert "$ca" -o /dev/null "$@" 2>&1
}

ctl() {
	"$xylem" ctl --socket "$folder/control.sock" "$@" 2>&1
}

test_query_shows_the_walk_from_the_root() {
	local said

	need_daemon || return 1
	ctl cache flush --all >/dev/null || return 1
	said=$(query www.example.com A) || return 1
	expect "$said" 'status: NOERROR' || return 1
	expect "$said" '^www\.example\.com\. .* IN +A +203\.0\.113\.80$' || return 1
	expect "$said" '^   \. .*\.root-servers\.net\. .* refers to com\.' || return 1
	expect "$said" '^   com\. .*\.gtld-servers\.net\. .* refers to example\.com\.' || return 1
	expect "$said" '^   example\.com\. .*A 203\.0\.113\.80' || return 1
	said=$(query www.example.com A) || return 1
	expect "$said" 'cache: www\.example\.com\. A, learnt .* ago from ' || return 1
	refuse "$said" 'root-servers'
}

test_query_shows_walks_that_walks_need() {
	local said

	need_daemon || return 1
	ctl cache flush --all >/dev/null || return 1
	said=$(query www.glueless.io A) || return 1
	expect "$said" '^   needs ns\.glue-one\.info\. A:' || return 1
	expect "$said" '^     info\. .* refers to glue-one\.info\.' || return 1
	expect "$said" '^   glueless\.io\. .*A 203\.0\.113\.80'
}

# The records of an answer. A second may pass between two questions: TTLs are whatever they are.
records() {
	sed -n '/ANSWER SECTION/,/^$/p' | awk '/^[^;]/ { $2 = "TTL" } { print }' | sort
}

# What stands between the sections is the same as what dig shows; only owner names may be written in other columns.
test_query_answers_as_dig_does() {
	local question

	need_daemon || return 1
	for question in "www.example.com A" "example.com MX" "example.com TXT" "example.com NS" "nope.example.com A" \
		"-x 203.0.113.80" "example.com CAA" "big.net TXT"; do
		# shellcheck disable=SC2086 # a question is words
		diff -w <(query $question | records) <(dig @127.0.0.1 $question | records) ||
			{ echo "$question"; return 1; }
	done
}

test_query_has_digs_exit_codes() {
	need_daemon || return 1
	query nope.example.com >/dev/null || return 1
	query www.example.com @127.0.0.1:9 >/dev/null
	[ $? = 9 ] || return 1
	query www.example.com +nonsense >/dev/null
	[ $? = 1 ]
}

test_failures_name_their_reason() {
	local said

	need_daemon || return 1
	said=$(query www.dead-all.com)
	expect "$said" 'status: SERVFAIL' || return 1
	expect "$said" 'EDE: 22 \(No Reachable Authority\)' || return 1
	expect "$said" 'silent' || return 1
	said=$(get -m 10 http://www.dead-all.com/)
	[ $? = 6 ] || { echo "another exit code: $said"; return 1; }
	expect "$said" '^xylem: \(6\) dns: .*responsible: the resolver; try: ' || return 1
	said=$(get http://no-such-host.example.com/)
	[ $? = 6 ] || return 1
	expect "$said" "^xylem: \(6\) dns: no-such-host.example.com doesn't exist .*responsible: the name's zone"
}

test_get_shows_every_stage() {
	local said

	need_daemon || return 1
	said=$(get -4 https://www.example.com/) || return 1
	expect "$said" '^ 1 cache   miss · fwd=uri-miss' || return 1
	expect "$said" '^ 2 dns     hosts: no · asked 127\.0\.0\.1:53 · 1 address' || return 1
	expect "$said" '^ 3 tcp     203\.0\.113\.80 port 443 connected' || return 1
	expect "$said" 'kernel: rtt .* mss [0-9]+ · cwnd' || return 1
	expect "$said" '^ 4 tls     TLSv1\.3 · TLS_AES' || return 1
	expect "$said" 'example\.com, issued by .* days left · verified' || return 1
	expect "$said" '^ 5 http    GET / HTTP/1\.1' || return 1
	expect "$said" '200 OK · text/html' || return 1
	expect "$said" '^ 6 close   we first: → FIN \(\+close_notify\)  ← FIN · we: TIME-WAIT for ' || return 1
	expect "$said" '^   verdict '
}

test_attempts_that_lose_are_shown() {
	local said

	need_daemon || return 1
	said=$(get http://broken-v6.example.com/) || { echo "$said"; return 1; }
	expect "$said" '^ 3 tcp     203\.0\.113\.[0-9]+ port 80 won' || return 1
	expect "$said" '2001:db8:.* (silent for|failed after)'
}

test_redirects_are_legs() {
	local said

	need_daemon || return 1
	said=$(get -L http://redirect.example.com/chain/3) || return 1
	expect "$said" 'redirect 3$' || return 1
	expect "$said" '; 3 redirects' || return 1
	[ "$(grep -c '^ 3 tcp .* port 80 connected' <<<"$said")" = 4 ]
}

test_certificates_are_judged() {
	local host said

	need_daemon || return 1
	for host in expired notyet wrong-name self-signed unknown-ca incomplete not-a-server; do
		said=$(get "https://$host.badcert.com/")
		[ $? = 60 ] || { echo "$host: $said"; return 1; }
		expect "$said" '^xylem: \(60\) tls: the certificate .*responsible: the server' || return 1
		said=$(get -k "https://$host.badcert.com/") || return 1
		expect "$said" 'NOT verified: ' || return 1
	done
}

test_hostile_text_reaches_no_terminal() {
	local path

	need_daemon || return 1
	for path in control-in-head control-in-body; do
		script -qec "$xylem get -v -i --color never http://odd.example.com/$path" /dev/null >"$scratch/seen" </dev/null
		LC_ALL=C grep -q $'\033' "$scratch/seen" && { cat -v "$scratch/seen"; return 1; }
	done
	expect "$(cat "$scratch/seen")" '\\x1b'
}

test_json_is_json() {
	need_daemon || return 1
	get --format json http://www.example.com/hello.txt 2>/dev/null | python3 -c '
import json, sys
run = json.load(sys.stdin)
assert run["exit"] == 0 and run["failure"] is None, run["exit"]
assert run["legs"][0]["status"] == 200
assert {e["source"] for e in run["events"]} >= {"here", "kernel", "wire", "daemon"}
assert all(e["facts"] is None or "facts_lost" not in e["facts"] for e in run["events"])
assert [e["t_us"] >= 0 for e in run["events"]]'
}

test_ctl_tells_what_the_daemon_does() {
	local said

	need_daemon || return 1
	query www.example.com >/dev/null || return 1
	said=$(ctl status) || return 1
	expect "$said" '^xylemd +[0-9.]+, pid '"$daemon" || return 1
	expect "$said" '^listens on +.*127\.0\.0\.1@53' || return 1
	expect "$(ctl cache stats)" '^answers +[1-9]' || return 1
	said=$(ctl cache show www.example.com) || return 1
	expect "$said" '^A NOERROR ' || return 1
	expect "$said" '203\.0\.113\.80' || return 1
	expect "$said" '^cut example\.com\.' || return 1
	expect "$(ctl cache flush www.example.com)" '^[1-9][0-9]* entr(y|ies) removed' || return 1
	expect "$(ctl cache show www.example.com)" 'no answer in the cache' || return 1
	expect "$(ctl --format json status)" '^\{.*"ok": ?true'
}

test_ctl_says_what_is_wrong() {
	local said

	need_daemon || return 1
	said=$("$xylem" ctl --socket /no/such/socket status 2>&1)
	[ $? = 1 ] || return 1
	expect "$said" '^xylem ctl: no daemon at /no/such/socket: ' || return 1
	ctl nonsense >/dev/null
	[ $? = 2 ] || return 1
	said=$(ctl cache show 'a..b')
	[ $? = 1 ] || return 1
	expect "$said" '^xylem ctl: the daemon says: '
}

run_tests "$@"
