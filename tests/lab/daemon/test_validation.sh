#!/bin/bash
# SPDX-License-Identifier: MIT
# test_validation.sh — zones/lab/verdicts.txt: what is secure, what isn't, and why. See daemon.sh.

# shellcheck source=tests/lab/daemon/daemon.sh
. "$(dirname "$(readlink -f "$0")")/daemon.sh"

client=${XYLEM:-$(dirname "$xylemd")/../client/xylem}

# Without what others say of it.
table() {
	sed '/^#/d; /^$/d; s/ *|.*//' "$top/zones/lab/verdicts.txt"
}

# check NAME TYPE RCODE AD EDE WORDS: one line of the table.
check() {
	local name=$1 type=$2 rcode=$3 ad=$4 ede=$5 words=$6 answer

	answer=$(ask "$name" "$type" +dnssec)
	expect "$answer" "status: $rcode" || return 1
	if [ "$ad" = ad ]; then
		expect "$answer" 'flags: [a-z ]* ad[ ;]' && expect "$answer" 'RRSIG' || return 1
	else
		refuse "$answer" 'flags: [a-z ]* ad[ ;]' || return 1
	fi
	case $ede in
	-) refuse "$answer" 'EDE:' || return 1 ;;
	*) [ -n "$words" ] && expect "$answer" "EDE: ${ede}[: ]" || return 1 ;;
	esac
	[[ $answer = *"$words"* ]] || { echo "expected '$words' in: $answer"; return 1; }
}

test_each_zone_is_what_the_table_says() {
	local name type rcode ad ede words failed=0 lines=0

	need_daemon || return 1
	while read -r name type rcode ad ede words; do
		lines=$((lines + 1))
		check "$name" "$type" "$rcode" "$ad" "$ede" "$words" || { echo "# $name $type"; failed=1; }
	done < <(table)
	[ $lines -ge 100 ] || { echo "only $lines lines"; return 1; }
	return $failed
}

# RFC 4035 §3.2.2: who checks by himself gets what there is, before and after somebody who doesn't.
test_with_cd_the_data_is_told() {
	local name

	need_daemon || return 1
	for name in www.bogus-expired.com www.bogus-changed.com www.bogus-ds.com www.bogus-nosig.com; do
		expect "$(ask "$name" A +cd +dnssec)" 'status: NOERROR' || return 1
		expect "$(ask "$name" A +cd +short)" '^203\.0\.113\.' || return 1
		expect "$(ask "$name" A)" 'status: SERVFAIL' || return 1
	done
}

test_signatures_are_for_who_sets_do() {
	need_daemon || return 1
	refuse "$(ask www.example.com A)" 'RRSIG' || return 1
	expect "$(ask www.example.com A +dnssec)" 'RRSIG' || return 1
	refuse "$(ask nope.example.com A)" 'NSEC|RRSIG' || return 1
	expect "$(ask nope.example.com A +dnssec)" 'NSEC' || return 1
	expect "$(ask www.example.com RRSIG)" 'RRSIG' || return 1
	# RFC 6840 §5.8: AD is for who asks by AD or DO.
	refuse "$(ask www.example.com A +noadflag)" 'flags: [a-z ]* ad[ ;]' || return 1
	expect "$(ask www.example.com A +adflag)" 'flags: [a-z ]* ad[ ;]'
}

# RFC 4035 §5.3.3: records of a day whose signatures are good for two hours.
test_nothing_is_kept_longer_than_its_signature() {
	local ttl

	need_daemon || return 1
	ttl=$(ask www.soon.trust.net A +noall +answer | awk '$4 == "A" { print $2 }')
	[ "${ttl:-0}" -gt 0 ] && [ "$ttl" -le 7200 ] || { echo "the TTL is '$ttl'"; return 1; }
	ttl=$(ask www.no-sep.trust.net A +noall +answer | awk '$4 == "A" { print $2 }')
	[ "${ttl:-0}" -gt 80000 ] || { echo "the TTL beside it is '$ttl'"; return 1; }
}

test_a_negative_anchor_comes_and_goes() {
	stop_daemon && new_folder && start_daemon || return 1
	expect "$(ask www.bogus-expired.com A)" 'status: SERVFAIL' || return 1
	"$client" ctl --socket "$folder/control.sock" anchors negative add bogus-expired.com --for 1h --reason "their mistake" \
		>/dev/null || return 1
	expect "$(ask www.bogus-expired.com A)" 'EDE: 33:? .*their mistake' || return 1
	expect "$(ask www.bogus-expired.com A +short)" '^203\.0\.113\.' || return 1
	expect "$("$client" ctl --socket "$folder/control.sock" anchors 2>&1)" 'bogus-expired\.com.*their mistake' || return 1
	"$client" ctl --socket "$folder/control.sock" anchors negative remove bogus-expired.com >/dev/null || return 1
	expect "$(ask www.bogus-expired.com A)" 'status: SERVFAIL' || return 1
	stop_daemon
}

test_the_roots_keys_are_followed() {
	local said _

	stop_daemon && new_folder && start_daemon || return 1
	ask www.example.com A >/dev/null
	for _ in $(seq 100); do
		said=$("$client" ctl --socket "$folder/control.sock" anchors 2>&1)
		grep -q 'valid' <<<"$said" && break
		sleep 0.1
	done
	expect "$said" 'valid' || return 1
	expect "$(cat "$folder/anchors.state")" 'DNSKEY|valid' || return 1
	stop_daemon
}

# RFC 8509 §3, by a wildcard that is signed: the root's key of the lab has another tag each time.
test_the_root_key_sentinel_tells_which_key_is_trusted() {
	local tag zone=wild.no-sep.trust.net

	need_daemon || return 1
	tag=$(awk '$3 == "DS" { printf "%05d", $4 }' "$lab_state/root.anchors")
	[ -n "$tag" ] || { echo "no tag in: $(cat "$lab_state/root.anchors")"; return 1; }
	expect "$(ask "root-key-sentinel-is-ta-$tag.$zone" A)" 'status: NOERROR' || return 1
	expect "$(ask "root-key-sentinel-not-ta-$tag.$zone" A)" 'status: SERVFAIL' || return 1
	expect "$(ask "root-key-sentinel-is-ta-$(printf '%05d' $((10#$tag ^ 1))).$zone" A)" 'status: SERVFAIL' || return 1
	expect "$(ask "root-key-sentinel-not-ta-$(printf '%05d' $((10#$tag ^ 1))).$zone" A)" 'status: NOERROR'
}

# Prints the names that are asked of a root at 127.0.0.99, whom nobody answers.
listen_as_root() {
	timeout 60 python3 -u - <<-'END' &
	import socket
	listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	listener.bind(("127.0.0.99", 53))
	while True:
	    query, at, name = listener.recv(4096), 12, ""
	    while query[at]:
	        name += query[at + 1:at + 1 + query[at]].decode("latin1").lower() + "."
	        at += 1 + query[at]
	    print(name or ".", int.from_bytes(query[at + 1:at + 3], "big"))
	END
}

# RFC 8145 §5.1: _ta- and the tag in hex, type NULL.
test_the_roots_servers_hear_which_keys_are_trusted() {
	local listener tag _

	stop_daemon && new_folder || return 1
	tag=$(awk '$3 == "DS" { printf "%04x", $4 }' "$lab_state/root.anchors")
	listen_as_root >"$scratch/heard"
	listener=$!
	echo '. 3600 IN NS a.' >"$scratch/hints"
	echo 'a. 3600 IN A 127.0.0.99' >>"$scratch/hints"
	start_daemon --set "root-hints=$scratch/hints" || { kill $listener; return 1; }
	for _ in $(seq 200); do
		grep -q '^_ta-' "$scratch/heard" && break
		sleep 0.1
	done
	kill $listener
	expect "$(cat "$scratch/heard")" "^_ta-$tag\. 10$" || return 1
	stop_daemon
}

test_sha1_counts_where_it_is_wished() {
	stop_daemon && new_folder && start_daemon --set dnssec.sha1=validate || return 1
	expect "$(ask www.rsasha1.org A +adflag)" 'flags: [a-z ]* ad[ ;]' || return 1
	stop_daemon
}

test_without_validation_nothing_is_judged() {
	stop_daemon && new_folder && start_daemon --set dnssec.mode=off || return 1
	expect "$(ask www.bogus-expired.com A)" 'status: NOERROR' || return 1
	refuse "$(ask www.example.com A +adflag)" 'flags: [a-z ]* ad[ ;]' || return 1
	stop_daemon
}

run_tests "$@"
