#!/bin/bash
# SPDX-License-Identifier: MIT
# test_tls.sh — zones whose servers are asked by TLS: unbound is the server, with the lab's certificates. See daemon.sh.
#
# 127.0.0.53 speaks TLS at port 853. At its port 53 another unbound stands, which writes down each query: nobody may say a word
# to it. It is the only root server that the daemon knows of, too.

# shellcheck source=tests/lab/daemon/daemon.sh
. "$(dirname "$(readlink -f "$0")")/daemon.sh"
# shellcheck source=tests/packages.sh
. "$top/tests/packages.sh"

daemons=${XYLEM_DAEMONS:-$top/build/daemons}
xylem=${XYLEM:-$top/build-test/client/xylem}
forwarder=
trap_process=

unbound() {
	LD_LIBRARY_PATH=$(daemons_path "$daemons") exec "$daemons/usr/sbin/unbound" -d -c "$1" >"$scratch/$2.log" 2>&1 </dev/null
}

# listens PORT LOG: does the unbound that began last, at 127.0.0.53?
listens() {
	local process=$! _

	for _ in $(seq 200); do
		[ -n "$(ss -Hltn "src 127.0.0.53 and sport = :$1")" ] && return 0
		kill -0 "$process" 2>/dev/null || break
		sleep 0.05
	done
	echo "unbound didn't start: $(tail -n 5 "$scratch/$2.log")"
	return 1
}

# unbound_config PORT LINE...: what follows is added to the server's part.
unbound_config() {
	local port=$1

	shift
	sed -e 's/interface: .*/interface: 127.0.0.53/' -e "s/^[ \t]*port: .*/port: $port/" -e '/remote-control:/,$d' \
		-e '/pidfile:/d' "$lab_state/unbound-5302.conf"
	printf '\t%s\n' 'pidfile: ""' "$@"
	printf 'remote-control:\n\tcontrol-enable: no\n'
}

# start_forwarder CERTIFICATE [LINE...]: one of the lab's web, by name.
start_forwarder() {
	local tls=$lab_state/web/tls

	unbound_config 853 'tls-port: 853' "tls-service-pem: $tls/$1.chain" "tls-service-key: $tls/$1.key" "${@:2}" \
		>"$scratch/forwarder.conf"
	unbound "$scratch/forwarder.conf" forwarder &
	forwarder=$!
	listens 853 forwarder
}

stop_forwarder() {
	[ -n "$forwarder" ] || return 0
	kill "$forwarder" 2>/dev/null
	wait "$forwarder" 2>/dev/null
	forwarder=
}

start_trap() {
	[ -n "$trap_process" ] && return 0
	unbound_config 53 'log-queries: yes' 'local-zone: . static' >"$scratch/trap.conf"
	unbound "$scratch/trap.conf" trap &
	trap_process=$!
	printf '. 3600000 NS a.root.\na.root. 3600000 A 127.0.0.53\n' >"$scratch/trap.hints"
	listens 53 trap
}

nothing_in_clear() {
	refuse "$(cat "$scratch/trap.log")" ' IN$'
}

# begin CERTIFICATE NAME [OPTION...]: the server shows this certificate, the daemon wants that name.
begin() {
	stop_daemon || return 1
	stop_forwarder
	new_folder
	start_trap && start_forwarder "$1" || return 1
	cat >"$scratch/tls.yaml" <<-END
	forward:
	  - zone: .
	    servers: 127.0.0.53
	    tls: $2
	upstream:
	  tls-ca: $lab_state/ca.pem
	END
	start_daemon --config "$scratch/tls.yaml" --root-hints "$scratch/trap.hints" --workers 1 "${@:3}"
}

# refused CERTIFICATE NAME PATTERN: it isn't asked, and the reason is told.
refused() {
	local said

	begin "$1" "$2" || return 1
	said=$(ask www.example.com A)
	expect "$said" 'status: SERVFAIL' || return 1
	expect "$said" "EDE: 22 .*$2\\. at 127\\.0\\.0\\.53@853: $3" || return 1
	nothing_in_clear
}

test_forwards_by_tls_and_says_nothing_in_clear() {
	local name

	begin rsa rsa.badcert.com || return 1
	for name in www.example.com www.alfa-dns.com xn--fsqu00a.xn--fiqs8s shop.co.uk www.deep.io; do
		expect "$(ask "$name" A)" 'status: N(OERROR|XDOMAIN)' || return 1
	done
	expect "$(ask www.example.com AAAA)" 'status: NOERROR' || return 1
	nothing_in_clear || return 1
	# Keys are asked for beside the first question, before there is a connection that could be shared.
	[ "$(ss -Htn state established 'dst 127.0.0.53 and dport = :853' | wc -l)" -le 2 ] ||
		{ echo "more than two connections: $(ss -tn 'dport = :853')"; return 1; }
}

test_many_at_once_share_connections() {
	local answered

	begin rsa rsa.badcert.com || return 1
	awk '!/^#/ && NF == 2 && $2 == "A" { print $1 }' "$top/zones/lab/names.txt" | head -100 |
		xargs -P 30 -I {} timeout 15 dig +tries=1 +time=9 @127.0.0.1 {} A >"$scratch/many" 2>&1
	answered=$(grep -c 'status: ' "$scratch/many")
	echo "# $answered questions at once, $(ss -Htn 'dst 127.0.0.53 and dport = :853' | wc -l) connections in the end"
	[ "$answered" -ge 50 ] || { tail -5 "$scratch/many"; return 1; }
	nothing_in_clear
}

test_wrong_name_is_refused_with_the_reason() {
	refused wrong-name rsa.badcert.com 'its certificate is for other.example.net, not for rsa.badcert.com'
}

test_expired_certificate_is_refused_with_the_reason() {
	refused expired expired.badcert.com 'its certificate expired on 2020-02-01'
}

test_unknown_authority_is_refused_with_the_reason() {
	refused unknown-ca unknown-ca.badcert.com 'its certificate is signed by nobody trusted here'
}

test_authorities_of_the_system_are_the_default() {
	begin rsa rsa.badcert.com --set upstream.tls-ca=system || return 1
	expect "$(ask www.example.com A)" 'its certificate is signed by nobody trusted here' || return 1
	nothing_in_clear
}

test_server_that_speaks_no_tls_is_refused() {
	begin rsa rsa.badcert.com --set 'forward=' 2>/dev/null
	stop_daemon || return 1
	cat >"$scratch/plain.yaml" <<-END
	forward:
	  - zone: .
	    servers: 127.0.0.53@53
	    tls: rsa.badcert.com
	END
	start_daemon --config "$scratch/plain.yaml" --root-hints "$scratch/trap.hints" || return 1
	expect "$(ask www.example.com A)" 'status: SERVFAIL' || return 1
	nothing_in_clear
}

# add_zone NAME: example.com, of a server whose certificate shall have that name.
add_zone() {
	expect "$("$xylem" ctl --socket "$folder/control.sock" zone add example.com 127.0.0.53 --tls "$1" 2>&1)" 'example\.com'
}

test_zone_added_while_it_runs() {
	begin rsa rsa.badcert.com || return 1
	add_zone other.badcert.com || return 1
	expect "$(ask www.example.com A)" 'its certificate is for rsa\.badcert\.com, not for other\.badcert\.com' || return 1
	add_zone rsa.badcert.com || return 1
	expect "$("$xylem" ctl --socket "$folder/control.sock" zone list 2>&1)" \
		'example\.com\.  forward to 127\.0\.0\.53@853 over TLS as rsa\.badcert\.com' || return 1
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	nothing_in_clear
}

test_server_that_goes_and_comes_back() {
	local said _

	begin rsa rsa.badcert.com --set cache.failure-ttl=1s || return 1
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	stop_forwarder
	expect "$(ask www.alfa-dns.com A)" 'status: SERVFAIL' || return 1
	start_forwarder rsa || return 1
	for _ in $(seq 40); do
		said=$(ask www.alfa-dns.com A)
		grep -q 'status: NOERROR' <<<"$said" && break
		sleep 0.25
	done
	expect "$said" 'status: NOERROR' || return 1
	nothing_in_clear
}

# The new file's authority counts from then on, for servers whose connections are still there too.
test_reload_brings_other_authorities() {
	local _

	begin rsa rsa.badcert.com || return 1
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	sed -i "s|tls-ca: .*|tls-ca: $lab_state/web/tls/stranger.pem|" "$scratch/tls.yaml"
	kill -HUP "$daemon"
	for _ in $(seq 100); do
		grep -q 'was read again' "$folder.log" && break
		sleep 0.05
	done
	expect "$(ask www.alfa-dns.com A)" 'its certificate is signed by nobody trusted here' || return 1
	nothing_in_clear
}

test_stub_zone_by_tls() {
	begin rsa rsa.badcert.com || return 1
	stop_daemon && stop_forwarder || return 1
	start_forwarder rsa 'local-zone: corp.test. static' 'local-data: "www.corp.test. A 192.0.2.77"' || return 1
	cat >"$scratch/stub.yaml" <<-END
	stub:
	  - zone: corp.test
	    servers: 127.0.0.53
	    tls: rsa.badcert.com
	upstream:
	  tls-ca: $lab_state/ca.pem
	END
	start_daemon --config "$scratch/stub.yaml" --set priming=no || return 1
	expect "$(ask www.corp.test A +short)" '^192\.0\.2\.77$' || return 1
	expect "$(ask no.corp.test A)" 'status: NXDOMAIN' || return 1
	nothing_in_clear
}

# said_of LINE...: what --check-config says of a forward zone with these lines.
said_of() {
	printf 'forward:\n  - zone: example\n' >"$scratch/check.yaml"
	printf '    %s\n' "$@" >>"$scratch/check.yaml"
	"$xylemd" --check-config --config "$scratch/check.yaml" --set "user=$(id -un)" 2>&1
}

test_mistakes_are_explained_beforehand() {
	expect "$(said_of 'servers: 192.0.2.1' 'tls: yes')" "'tls' of a 'forward' zone is 'yes'; expected the name" || return 1
	expect "$(said_of 'servers: 192.0.2.1' 'tls: https://dns.example/')" "expected the name that its servers' cert" || return 1
	expect "$(said_of 'servers: 192.0.2.1' 'tls:')" "'tls' has no value" || return 1
	expect "$(said_of 'servers: 192.0.2.1@53' 'tls: dns.example')" 'it is 853 if none is written' || return 1
	expect "$(said_of 'servers: 192.0.2.1' 'tls: dns.example')" ': fine$' || return 1
	expect "$(said_of 'servers: 192.0.2.1' 'tls: dns.example' 'fallback: yes')" 'are asked in clear' || return 1
	expect "$("$xylemd" --check-config --set upstream.tls-ca=/nowhere.pem --set "user=$(id -un)" 2>&1)" \
		"'upstream.tls-ca' is /nowhere.pem, which can't be read"
}

test_file_without_certificates_is_told_at_the_start() {
	local said

	printf 'nothing\n' >"$scratch/empty.pem"
	begin rsa rsa.badcert.com || return 1
	stop_daemon || return 1
	said=$(timeout 10 "$xylemd" --set "user=$(id -un)" --directory "$folder" --config "$scratch/tls.yaml" \
		--set "upstream.tls-ca=$scratch/empty.pem" 2>&1)
	expect "$said" "of which no certificates can be read"
}

end_servers() {
	stop_forwarder
	[ -z "$trap_process" ] || kill "$trap_process" 2>/dev/null
}

# Of daemon.sh's.
clean_up() {
	end_servers
	kill_daemon
	rm -rf "$scratch"
}

run_tests "$@"
