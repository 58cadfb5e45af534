# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# peers.sh — the resolvers that are measured side by side: their configurations, as each one's manual advises, and how
# they are started. Sourced by tests/bench/run and tests/diff/run inside a namespace of their own. Defines:
#
#   PEERS                       their names: xylemd unbound kresd pdns bind9, and echo, the floor
#   peer_port NAME              prints the port of 127.0.0.1 that it listens at
#   peer_version NAME           prints the version that runs
#   peer_configure NAME DIR HINTS [ANCHOR]
#                               writes its configuration into DIR; HINTS is the root hints' file, ANCHOR that of the
#                               root's DS: with it the resolver validates
#   peer_command NAME DIR       sets command: the words that start it in the foreground
#
# All have one thread, 256 MB of cache (those that count entries: their defaults, about as much), IPv4 and IPv6, EDNS as
# they come, no log; validation only with an anchor. What is changed beyond that is said beside it.

PEERS="xylemd unbound kresd pdns bind9"

declare -A PEER_PORTS=([echo]=5300 [xylemd]=5301 [unbound]=5302 [kresd]=5303 [pdns]=5304 [bind9]=5305)

peer_port() {
	echo "${PEER_PORTS[$1]}"
}

peer_version() {
	case $1 in
	echo)    echo "-" ;;
	xylemd)  "$xylemd" --version | awk 'NR == 1 { print $NF }' ;;
	unbound) unbound -V | awk 'NR == 1 { print $2 }' ;;
	kresd)   kresd --version | awk '{ print $NF }' ;;
	pdns)    pdns_recursor --version 2>&1 | awk 'NR == 1 { for (i = 1; i < NF; i++) if ($i == "Recursor") print $(i + 1) }' ;;
	bind9)   named -v | awk '{ sub(/-.*/, "", $2); print $2 }' ;;
	esac
}

# The disk tier is off, since nobody else writes to a disk: xylemd-disk has it.
configure_xylemd() {
	cat >"$1/xylemd.yaml" <<-END
	listen: [127.0.0.1@$(peer_port xylemd)]
	directory: $1/state
	user: root
	workers: 1
	root-hints: $2
	trust-anchors: ${3:-$1/none.anchors}
	dnssec.mode: $([ -n "${3-}" ] && echo validate || echo off)
	cache.memory: 256MB
	cache.file: none
	control.socket: none
	log.level: error
	END
	: >"$1/none.anchors"
	mkdir "$1/state"
}

# docs: "Howto optimise": outgoing-range, num-queries-per-thread, buffers, rrset cache twice the message cache. The table
# of hosts is larger than its default since all others' are, and that of keys since 20,000 zones have some.
configure_unbound() {
	cat >"$1/unbound.conf" <<-END
	server:
		interface: 127.0.0.1
		port: $(peer_port unbound)
		do-daemonize: no
		username: ""
		chroot: ""
		directory: "$1"
		pidfile: ""
		use-syslog: no
		verbosity: 0
		module-config: "$([ -z "${3-}" ] || echo 'validator ')iterator"
		$([ -z "${3-}" ] || echo "trust-anchor-file: \"$3\"")
		key-cache-size: 32m
		root-hints: "$2"
		num-threads: 1
		msg-cache-size: 85m
		rrset-cache-size: 170m
		infra-cache-numhosts: 100000
		outgoing-range: 8192
		num-queries-per-thread: 4096
		so-rcvbuf: 4m
		so-sndbuf: 4m
	remote-control:
		control-enable: no
	END
}

# docs: the cache in a tmpfs. The modules that ask about the time and the keys in the background have nothing to find here.
configure_kresd() {
	mkdir "$1/cache"
	cat >"$1/kresd.conf" <<-END
	log_level('crit')
	net.listen('127.0.0.1', $(peer_port kresd), { kind = 'dns' })
	trust_anchors.remove('.')
	$([ -z "${3-}" ] || echo "trust_anchors.add_file('$3', true)")
	modules.unload('ta_update')
	modules.unload('ta_signal_query')
	modules.unload('detect_time_skew')
	modules.load('hints')
	hints.root_file('$2')
	cache.open(256 * MB, 'lmdb://$1/cache')
	END
}

# docs: performance guide: one thread takes what comes by itself. It asks over IPv4 alone unless it is told both addresses.
configure_pdns() {
	cat >"$1/recursor.conf" <<-END
	daemon=no
	local-address=127.0.0.1
	local-port=$(peer_port pdns)
	socket-dir=$1
	hint-file=$2
	dnssec=$([ -n "${3-}" ] && echo validate || echo off)
	$([ -z "${3-}" ] || echo "lua-config-file=$1/anchor.lua")
	dont-query=
	threads=1
	pdns-distributes-queries=no
	reuseport=no
	query-local-address=0.0.0.0, ::
	security-poll-suffix=
	export-etc-hosts=no
	quiet=yes
	loglevel=2
	disable-syslog=yes
	setuid=
	setgid=
	END
	[ -z "${3-}" ] || awk '{ printf "clearTA()\naddTA(\".\", \"%s %s %s %s\")\n", $5, $6, $7, $8 }' "$3" >"$1/anchor.lua"
}

configure_bind9() {
	cat >"$1/named.conf" <<-END
	options {
		directory "$1";
		pid-file none;
		session-keyfile none;
		listen-on port $(peer_port bind9) { 127.0.0.1; };
		listen-on-v6 { none; };
		allow-query { any; };
		recursion yes;
		dnssec-validation $([ -n "${3-}" ] && echo yes || echo no);
		max-cache-size 256m;
		recursive-clients 10000;
		empty-zones-enable no;
	};
	controls { };
	logging { category default { null; }; };
	zone "." { type hint; file "$2"; };
	END
	[ -z "${3-}" ] || awk '{ printf "trust-anchors { \".\" static-ds %s %s %s \"%s\"; };\n", $5, $6, $7, $8 }' "$3" >>"$1/named.conf"
}

peer_configure() {
	[ "$1" = echo ] || "configure_$1" "${@:2}"
}

peer_command() {
	case $1 in
	echo)    command=("$tools/echo" 127.0.0.1 "$(peer_port echo)") ;;
	xylemd)  command=("$xylemd" --config "$2/xylemd.yaml") ;;
	unbound) command=(unbound -d -c "$2/unbound.conf") ;;
	kresd)   command=(kresd -n -c "$2/kresd.conf" "$2") ;;
	pdns)    command=(pdns_recursor --config-dir="$2") ;;
	bind9)   command=(named -f -n 1 -c "$2/named.conf") ;;
	esac
}
