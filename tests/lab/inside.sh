#!/bin/bash
# SPDX-License-Identifier: MIT
# inside.sh — the lab's holder: process 1 of the lab's own process namespace. Started by `lab up`, never by hand.
#
#   inside.sh TABLE STATE DAEMONS
#
# Gives the new network its addresses, hides the machine's name service, starts every server and stays. When it ends the
# kernel ends everything it started: that is how nothing can be left behind.
set -uo pipefail

table=$1
state=$2
daemons=$3

declare -A server                       # process id -> what runs there

say() {
	printf '%s %s\n' "$(date +%T)" "$*" >>"$state/log/lab.log"
}

# When a process began, as in lab.
birth() {
	local line
	local -a fields

	read -r line <"/proc/$1/stat"
	read -ra fields <<<"${line##*) }"
	echo "${fields[19]}"
}

fail() {
	say "$*"
	echo "lab: $*" >"$state/failed"
	exit 1
}

# The addresses of the lines that begin with one of the given words.
addresses_of() {
	awk -v words="$*" 'BEGIN { n = split(words, w, " "); for (i = 1; i <= n; i++) wanted[w[i]] = 1 }
		$1 in wanted {
			for (i = 2; i <= NF; i++)
				if ($i ~ /^[0-9a-f:.]+$/ && $i ~ /[.:]/)
					print $i
		}' "$table"
}

# lo is the whole network. Without a default route every other address is unreachable.
raise_network() {
	local address

	ip link set lo up || return 1
	[ -w /proc/sys/net/ipv6/conf/lo/disable_ipv6 ] && echo 0 >/proc/sys/net/ipv6/conf/lo/disable_ipv6 2>/dev/null
	for address in $(addresses_of operator quirk silent closed web web1 web12 web13 odd stuck | sort -u); do
		case $address in
		*:*) echo "address add $address/128 dev lo nodad" ;;
		*)   echo "address add $address/32 dev lo" ;;
		esac
	done >"$state/addresses"
	ip -batch "$state/addresses"
}

# Puts a file of ours in the place of one of the machine's, in this mount namespace only.
cover() {
	[ -e "$2" ] || return 1
	mount --bind "$1" "$2"
}

# Everything in /etc by way of links into the old one: for machines where a file to be covered doesn't exist.
rebuild_etc() {
	local entry

	mkdir "$state/etc" "$state/etc.machine" || return 1
	mount --bind /etc "$state/etc.machine" || return 1
	for entry in /etc/* /etc/.[!.]*; do
		[ -e "$entry" ] && ln -s "$state/etc.machine/${entry#/etc/}" "$state/etc/"
	done
	rm -f "$state"/etc/{resolv.conf,hosts,nsswitch.conf}
	touch "$state"/etc/{resolv.conf,hosts,nsswitch.conf}
	mount --bind "$state/etc" /etc
}

# Name service that can't leave: no systemd-resolved, no nscd, no names from a hosts file but localhost.
hide_name_service() {
	local file

	mkdir "$state/cover"
	echo "nameserver 127.0.0.1" >"$state/cover/resolv.conf"
	printf '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n127.0.1.1\t%s\n' "$(uname -n)" >"$state/cover/hosts"
	printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n' \
		>"$state/cover/nsswitch.conf"
	for file in resolv.conf hosts nsswitch.conf; do
		[ -e /etc/$file ] || { rebuild_etc || return 1; break; }
	done
	for file in resolv.conf hosts nsswitch.conf; do
		cover "$state/cover/$file" /etc/$file || return 1
	done
	[ ! -d /run/nscd ] || mount -t tmpfs none /run/nscd
}

start() {
	local name=$1

	"${@:2}" >>"$state/log/$name.out" 2>&1 </dev/null &
	server[$!]=$name
}

start_name_servers() {
	local configuration name

	for configuration in "$state"/nsd/*.conf; do
		name=$(basename "$configuration" .conf)
		start "nsd-$name" "$daemons/usr/sbin/nsd" -d -c "$configuration"
	done
}

start_odd_server() {
	local address
	local -a doors=()

	for address in $(addresses_of silent); do
		doors+=(silent "$address" 53)
	done
	for address in $(addresses_of stuck); do
		doors+=(stuck "$address" 80 stuck "$address" 443)
	done
	for address in $(addresses_of odd); do
		doors+=(http "$address" 80 http "$address" 443 slam "$address" 81 silent "$address" 82)
	done
	start oddserver "$state/oddserver" "${doors[@]}"
}

start_quirks() {
	local -a doors

	mapfile -t doors < <(awk '$1 == "quirk" { print $2; print $3; print $4 }' "$table")
	start oddnames "$state/oddnames" "${doors[@]}"
}

start_web_server() {
	[ -f "$state/web/nginx.conf" ] || return 0
	start nginx "$daemons/usr/sbin/nginx" -p "$state/web" -c "$state/web/nginx.conf" -e "$state/log/nginx.log" \
		-g 'daemon off; master_process off;'
}

# Says in the log who ended before his time.
watch() {
	local gone status

	while wait -n -p gone; status=$?; [ -n "${gone-}" ]; do
		say "${server[$gone]-process $gone} ended with status $status"
		unset gone
	done
	sleep infinity &
	wait
}

trap 'exit 0' TERM INT
read -r pid _ </proc/self/stat          # /proc is the machine's, so this is the number that others see
echo "$pid $(birth "$pid")" >"$state/alive"
readlink /proc/self/ns/net >"$state/network"
hide_name_service || fail "cannot hide the machine's name service (mount failed)"
raise_network 2>>"$state/log/lab.log" || fail "cannot give the network its addresses, see $state/log/lab.log"
export LD_LIBRARY_PATH=$4
start_name_servers
start_odd_server
start_quirks
start_web_server
unset LD_LIBRARY_PATH
touch "$state/started"
say "up, process $pid"
watch
