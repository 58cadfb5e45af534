#!/bin/bash
# SPDX-License-Identifier: MIT
# test_answers.sh — what dig and drill see of xylemd with its default settings, in the lab. See daemon.sh.

# shellcheck source=tests/lab/daemon/daemon.sh
. "$(dirname "$(readlink -f "$0")")/daemon.sh"

# The addresses of a name, sorted, on one line.
addresses() {
	ask "$@" +short | grep -E '^[0-9a-f.:]+$' | sort | tr '\n' ' '
}

# ---- the way down ----

test_walks_from_the_root() {
	local answer

	need_daemon || return 1
	answer=$(ask www.example.com A)
	expect "$answer" 'status: NOERROR' || return 1
	expect "$answer" '^www\.example\.com\.[[:space:]]+[0-9]+[[:space:]]+IN[[:space:]]+A[[:space:]]+203\.0\.113\.80$' || return 1
	expect "$answer" 'flags: qr rd ra ad;' || return 1
	expect "$answer" 'AUTHORITY: 0' || return 1             # minimal
	expect "$(timeout 15 drill @127.0.0.1 www.example.org AAAA)" '^www\.example\.org\..*CNAME'
}

test_walks_deep_below_the_parent() {
	need_daemon || return 1
	expect "$(ask www.a.b.c.d.deep.io A)" '^www\.a\.b\.c\.d\.deep\.io\..*A.203\.' || return 1
	expect "$(ask www.e.f.deep.org A)" 'status: NOERROR.*' || return 1
	expect "$(ask www.e.f.deep.org A)" 'ANSWER: 1,'
}

test_finds_servers_known_by_name_only() {
	local zone

	need_daemon || return 1
	for zone in glueless.io glue-one.info glue-two.de glue-three.cn yin.org yang.org; do
		expect "$(ask www.$zone A)" "^www\.$zone\..*A.203\." || return 1
	done
}

test_walks_where_parent_and_child_share_servers() {
	local name

	need_daemon || return 1
	for name in www.family.com www.child.family.com www.grand.child.family.com www.shop.co.uk; do
		expect "$(ask $name A)" "^${name//./\\.}\..*A.203\." || return 1
	done
}

test_asks_servers_that_have_ipv6_only() {
	need_daemon || return 1
	expect "$(ask www.v6only.org A)" '^www\.v6only\.org\..*A.203\.'
}

test_gets_past_dead_and_lame_servers() {
	local name answer

	need_daemon || return 1
	for name in www.dead-one.com www.dead-most.com www.closed-one.com www.unreachable-one.com www.lame-one.net \
		www.lame-most.net www.servfail-one.net; do
		answer=$(ask $name A)
		expect "$answer" "^${name//./\\.}\..*A.203\." || return 1
	done
}

# Whoever asks first may be told that the walk still tries; when it has ended, which zone's servers are to blame.
test_says_why_when_no_server_answers() {
	local answer zone began

	need_daemon || return 1
	for zone in dead-all.com lame-all.net; do
		began=$SECONDS
		answer=$(ask www.$zone A)
		expect "$answer" 'status: SERVFAIL' || return 1
		expect "$answer" 'EDE: (22|23)' || return 1
		[ $((SECONDS - began)) -le 5 ] || { echo "it took $((SECONDS - began)) s: stubs give up at 5"; return 1; }
		[[ $answer = *"still trying"* ]] && { sleep 4; answer=$(ask www.$zone A); }
		expect "$answer" "EDE: (22|23).*${zone//./\\.}" || return 1
	done
}

# ---- aliases ----

test_follows_aliases() {
	local answer

	need_daemon || return 1
	answer=$(ask three.alias.com A)
	expect "$answer" 'ANSWER: 4,' || return 1
	expect "$answer" '^end\.alias\.com\..*A.203\.0\.113\.150' || return 1
	answer=$(ask near.alias.com A)
	expect "$answer" '^near\.alias\.com\..*CNAME.www\.example\.net\.' || return 1
	expect "$answer" '^[a-z.]*example\.net\..*A.203\.'
}

test_follows_dname() {
	local answer

	need_daemon || return 1
	answer=$(ask a.here.dname.com A)
	expect "$answer" '^here\.dname\.com\..*DNAME.there\.dname\.com\.' || return 1
	expect "$answer" '^a\.here\.dname\.com\..*CNAME.a\.there\.dname\.com\.' || return 1
	expect "$answer" '^a\.there\.dname\.com\..*A.203\.0\.113\.160'
}

test_ends_alias_circles() {
	local answer

	need_daemon || return 1
	answer=$(ask a.circle.dname.com A)
	expect "$answer" 'status: SERVFAIL' || return 1
	answer=$(ask twenty.alias.com A)
	expect "$answer" 'status: SERVFAIL' || return 1
	expect "$answer" 'EDE:.*alias'
}

test_alias_to_nothing_is_told_as_such() {
	local answer

	need_daemon || return 1
	answer=$(ask nowhere.alias.com A)
	expect "$answer" 'status: NXDOMAIN' || return 1
	expect "$answer" '^nowhere\.alias\.com\..*CNAME.missing\.alias\.com\.' || return 1
	expect "$answer" '^alias\.com\..*SOA'
}

# ---- what there isn't ----

test_denies_with_the_zones_soa() {
	local answer

	need_daemon || return 1
	answer=$(ask no-such-name.example.com A)
	expect "$answer" 'status: NXDOMAIN' || return 1
	expect "$answer" '^example\.com\..*SOA' || return 1
	answer=$(ask www.example.com MX)
	expect "$answer" 'status: NOERROR' || return 1
	expect "$answer" 'ANSWER: 0, AUTHORITY: 1' || return 1
	expect "$(ask b.ent.com A)" 'status: NOERROR' || return 1       # an empty non-terminal exists
	expect "$(ask www.no-such-tld A)" 'status: NXDOMAIN'
}

# ---- the cache ----

test_second_answer_comes_from_the_cache() {
	local first second

	need_daemon || return 1
	first=$(ask text.example.com TXT | awk '$4 == "TXT" { print $2; exit }')
	sleep 2.1
	second=$(ask text.example.com TXT | awk '$4 == "TXT" { print $2; exit }')
	[ -n "$first" ] && [ -n "$second" ] && [ "$second" -lt "$first" ] && [ "$second" -ge $((first - 4)) ] && return 0
	echo "TTL was '$first', two seconds later '$second'"
	return 1
}

test_denials_come_from_the_cache_too() {
	local first second

	need_daemon || return 1
	first=$(ask not-there.example.com A | awk '$4 == "SOA" { print $2; exit }')
	sleep 2.1
	second=$(ask not-there.example.com A | awk '$4 == "SOA" { print $2; exit }')
	[ -n "$first" ] && [ -n "$second" ] && [ "$second" -lt "$first" ] && return 0
	echo "the SOA's TTL was '$first', two seconds later '$second'"
	return 1
}

test_answers_without_recursion_from_the_cache_only() {
	need_daemon || return 1
	ask v4.example.com A >/dev/null
	expect "$(ask +norecurse v4.example.com A)" '^v4\.example\.com\..*A.203\.0\.113\.83' || return 1
	refuse "$(ask +norecurse sip2.example.com A)" '^sip2.*A.203'
}

# ---- the wire ----

test_keeps_the_letters_of_the_question() {
	local answer

	need_daemon || return 1
	for _ in walked cached; do
		answer=$(ask wWw.ExAmPlE.nEt A)
		expect "$answer" '^;wWw\.ExAmPlE\.nEt\.' || return 1
		expect "$answer" '^wWw\.ExAmPlE\.nEt\..*IN' || return 1
	done
}

test_speaks_edns_only_to_those_who_do() {
	local answer

	need_daemon || return 1
	answer=$(ask +edns=0 www.example.com A)
	expect "$answer" 'EDNS: version: 0, flags:; udp: 1232' || return 1
	answer=$(ask +noedns www.example.com A)
	refuse "$answer" 'EDNS' || return 1
	expect "$answer" 'ADDITIONAL: 0' || return 1
	answer=$(ask +edns=1 +noednsneg www.example.com A)
	expect "$answer" 'status: BADVERS'
}

test_gives_dnssec_records_only_to_those_who_set_do() {
	local answer

	need_daemon || return 1
	answer=$(ask +dnssec www.example.com A)
	expect "$answer" 'flags: do; udp' || return 1
	expect "$answer" '^www\.example\.com\..*RRSIG.A 13' || return 1
	refuse "$(ask www.example.com A)" 'RRSIG'
}

test_refuses_what_it_does_not_do() {
	need_daemon || return 1
	expect "$(ask +opcode=notify example.com SOA)" 'status: NOTIMP' || return 1
	expect "$(ask +opcode=update example.com SOA)" 'status: NOTIMP' || return 1
	expect "$(ask example.com AXFR)" 'Transfer failed|REFUSED|NOTIMP' || return 1
	expect "$(ask +header-only)" 'status: FORMERR'
}

test_answers_over_tcp() {
	local answer

	need_daemon || return 1
	answer=$(ask +tcp www.example.com A)
	expect "$answer" '^www\.example\.com\..*203\.0\.113\.80' || return 1
	expect "$answer" '\(TCP\)' || return 1
	answer=$(ask +tcp +keepopen www.example.com A www.example.net A mail.example.com AAAA)
	[ "$(grep -c 'status: NOERROR' <<<"$answer")" = 3 ] || { echo "three questions on one connection: $answer"; return 1; }
}

test_answers_at_ipv6() {
	need_daemon || return 1
	expect "$(timeout 15 dig +tries=1 @::1 www.example.com AAAA)" '^www\.example\.com\..*2001:db8:80::80'
}

test_truncates_what_is_too_large() {
	local answer

	need_daemon || return 1
	answer=$(ask +ignore +bufsize=1232 txt60.big.net TXT)
	expect "$answer" 'flags: qr tc rd ra' || return 1
	answer=$(ask +ignore +noedns a100.big.net A)
	expect "$answer" 'flags: qr tc rd ra' || return 1
	answer=$(ask txt60.big.net TXT)                          # dig goes on by TCP
	expect "$answer" 'Truncated, retrying in TCP' || return 1
	expect "$answer" 'ANSWER: 60,'
}

test_serves_every_type() {
	local type

	need_daemon || return 1
	for type in A AAAA MX TXT CAA HTTPS NS SOA; do
		expect "$(ask example.com $type)" "^example\.com\..*IN.$type" || return 1
	done
	expect "$(ask _sip._tcp.example.com SRV)" 'ANSWER: 3,' || return 1
	expect "$(ask naptr.example.com NAPTR)" 'IN.NAPTR.100 10 "u"' || return 1
	expect "$(ask -x 203.0.113.80)" 'IN.PTR'
}

run_tests "$@"
