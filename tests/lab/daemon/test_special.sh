#!/bin/bash
# SPDX-License-Identifier: MIT
# test_special.sh — names that never leave the house, as dig sees them, in the lab. See daemon.sh.

# shellcheck source=tests/lab/daemon/daemon.sh
. "$(dirname "$(readlink -f "$0")")/daemon.sh"

client=${XYLEM:-$(dirname "$xylemd")/../client/xylem}         # asks the control socket

# For a daemon of the test's own.
begin() {
	stop_daemon && new_folder
}

# Queries that the daemon has sent upstream so far.
upstream_queries() {
	"$client" ctl --socket "$folder/control.sock" --format json status | grep -o '"upstream_queries": *[0-9]*' | grep -o '[0-9]*$'
}

test_localhost_is_this_machine() {
	local name

	need_daemon || return 1
	for name in localhost LocalHost www.localhost a.b.c.localhost; do
		expect "$(ask $name A)" "^${name//./\\.}\..*IN.A.127\.0\.0\.1$" || return 1
		expect "$(ask $name AAAA)" "^${name//./\\.}\..*IN.AAAA.::1$" || return 1
	done
	expect "$(ask localhost MX)" 'status: NOERROR' || return 1
	expect "$(ask localhost MX)" '^localhost\..*IN.SOA.localhost\. nobody\.invalid\.' || return 1
	expect "$(ask -x 127.0.0.1)" 'IN.PTR.localhost\.$' || return 1
	expect "$(ask -x ::1)" 'IN.PTR.localhost\.$'
}

test_names_that_do_not_exist_say_by_which_law() {
	local name law answer

	need_daemon || return 1
	while read -r name law; do
		answer=$(ask "$name" A +dnssec)
		expect "$answer" 'status: NXDOMAIN' || return 1
		expect "$answer" "EDE: 29.*\(RFC $law\)" || return 1
		expect "$answer" 'IN.SOA' || return 1
		expect "$answer" 'flags: qr rd ra;' || return 1         # neither AA nor AD
	done <<-END
	www.test 6761
	www.invalid 6761
	facebookcorewwwi.onion 7686
	printer.local 6762
	name.alt 9476
	nas.home.arpa 8375
	default.service.arpa 9665
	4.3.2.10.in-addr.arpa 6303
	1.1.64.100.in-addr.arpa 7793
	1.0.8.e.f.ip6.arpa 6303
	END
}

test_examples_are_ordinary_names() {
	need_daemon || return 1
	expect "$(ask www.example.com A)" '^www\.example\.com\..*A.203\.'
}

# Whatever is asked of them, the count of queries doesn't move.
test_nothing_of_them_is_sent_upstream() {
	local before after name

	begin && start_daemon --port 5311 --set priming=no --set dnssec.rfc5011=no --set telemetry.rfc8145=no || return 1
	before=$(upstream_queries)
	[ -n "$before" ] || { echo "no figures from the control socket"; return 1; }
	for name in localhost www.localhost www.test test www.invalid x.onion printer.local name.alt nas.home.arpa \
		_dns.resolver.arpa ipv4only.arpa 4.3.2.10.in-addr.arpa 1.0.0.127.in-addr.arpa 1.8.e.f.ip6.arpa; do
		for type in A AAAA PTR MX TXT SVCB ANY; do
			ask -p 5311 "$name" $type >/dev/null
		done
	done
	for name in localhost www.localhost test www.test x.onion nas.home.arpa; do
		ask -p 5311 "$name" DS >/dev/null
	done
	after=$(upstream_queries)
	[ "$after" = "$before" ] || { echo "$((after - before)) queries went upstream"; return 1; }
	ask -p 5311 www.example.com A >/dev/null
	[ "$(upstream_queries)" -gt "$before" ] || { echo "the figure doesn't move, whatever is asked"; return 1; }
	stop_daemon
}

test_each_can_be_turned_off() {
	local answer

	begin && start_daemon --port 5312 --set local-zones.test=no --set local-zones.private-reverse=no || return 1
	answer=$(ask -p 5312 www.test A)
	expect "$answer" 'status: NXDOMAIN' || return 1
	refuse "$answer" 'EDE: 29' || return 1
	expect "$answer" '^\..*IN.SOA' || return 1              # the root says so
	refuse "$(ask -p 5312 -x 10.1.2.3)" 'EDE: 29' || return 1
	expect "$(ask -p 5312 www.invalid A)" 'EDE: 29' || return 1
	stop_daemon
}

# The lab's documentation networks are real there, and the daemon is told so.
test_the_labs_reverse_zones_are_asked() {
	need_daemon || return 1
	expect "$(ask -x 203.0.113.80)" 'IN.PTR' || return 1
	begin && start_daemon --port 5313 --set local-zones.documentation-reverse=yes || return 1
	expect "$(ask -p 5313 -x 203.0.113.80)" 'EDE: 29' || return 1
	stop_daemon
}

run_tests "$@"
