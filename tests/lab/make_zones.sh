#!/bin/bash
# SPDX-License-Identifier: MIT
# make_zones.sh — turns the zones of zones/lab/ into what NSD loads: expanded, signed, linked by DS records.
#
#   make_zones.sh ZONES STATE DAEMONS
#
# STATE/operators is the table, as lab has put it there.
#
# ZONES is zones/lab, STATE the lab's folder; DAEMONS holds nsd-checkzone, by which every zone file is checked.
# Written below STATE:
#   source/ZONE.zone   the zone as loaded by the signer: $GENERATE expanded, DS of the children added
#   keys/              one or two keys per signed zone, and its DS set
#   zones/ZONE.zone    what NSD serves
#   nsd/OPERATOR.conf  one configuration per operator
#   root.hints, root.anchors
#
# Keys come first, all at once, because a DS needs only the child's key; then nothing has to wait for anything and all
# zones are signed in parallel.
set -euo pipefail
export LC_ALL=C

zones=$1
state=$2
daemons=$3
table=$state/operators

export state zones daemons

# Sources of all zones, as written; those of many broken ones are alike. Expands "$GENERATE FIRST-LAST OWNER [CLASS] TYPE RDATA"
# as BIND does: $ is the number. Everything else goes through as it is.
write_sources() {
	awk -v zones="$zones" -v state="$state" '
	function expand(line, into,    range, f, i, copy) {
		if (line !~ /^\$GENERATE/) {
			print line >into
			return
		}
		split(line, f)
		split(f[2], range, "-")
		sub(/^[^ \t]+[ \t]+[^ \t]+[ \t]+/, "", line)
		for (i = range[1] + 0; i <= range[2] + 0; i++) {
			copy = line
			gsub(/\$/, i, copy)
			print copy >into
		}
	}
	$1 == "zone" {
		name = ($2 == "." ? "root" : $2) ".zone"
		from = zones "/" name
		into = state "/source/" name
		for (i = 3; i <= NF; i++) {
			if (sub(/^like=/, "", $i)) {
				from = zones "/" $i ".zone"
				print "$ORIGIN " $2 "." >into
			}
		}
		while ((status = (getline line <from)) > 0)
			expand(line, into)
		if (status < 0) {
			print from ": cannot be read" >"/dev/stderr"
			exit 1
		}
		close(from)
		close(into)
	}' "$table"
}

# Sets options to what ldns-keygen calls the algorithm. RSA keys get as many bits as they are given: finding long primes takes
# most of the time there is.
algorithm_options() {
	local bits=$2

	case $1 in
	rsasha1)       options=(-a RSASHA1 -b "$bits") ;;
	rsasha1-nsec3) options=(-a RSASHA1-NSEC3-SHA1 -b "$bits") ;;
	rsasha256)     options=(-a RSASHA256 -b "$bits") ;;
	rsasha512)     options=(-a RSASHA512 -b "$bits") ;;
	ecdsa256)      options=(-a ECDSAP256SHA256) ;;
	ecdsa384)      options=(-a ECDSAP384SHA384) ;;
	ed25519)       options=(-a ED25519) ;;
	ed448)         options=(-a ED448) ;;
	*)             echo "zones/lab/operators: no such algorithm: $1" >&2; return 1 ;;
	esac
}

# copy FROM TO: a text file, without a process of its own.
copy() {
	local text

	mapfile -d '' text <"$1"
	printf '%s' "${text[0]}" >"$2"
}

# ldns-keygen names its files after the key's tag. Ours are called ZONE.ksk.*, ZONE.zsk.*.
make_key() {
	local zone=$1 role=$2 algorithm=$3 bits=${4-1536} made suffix
	local -a sep=() options=()

	[ "$role" = ksk ] && sep=(-k)
	[ "$role $zone" = "ksk ." ] && bits=2048
	algorithm_options "$algorithm" "$bits"
	made=$(cd "$state/made" && ldns-keygen "${sep[@]}" "${options[@]}" "$zone")
	for suffix in key private; do
		copy "$state/made/$made.$suffix" "$state/keys/${zone/#./root}.zone.$role.$suffix"
	done
}

make_keys() {
	local zone=$1 algorithm=$2 word bits=1536 ds=own

	[ "$algorithm" = unsigned ] && return 0
	[[ " $* " != *" keys=weak "* ]] || bits=512
	[[ " $* " != *" keys=second "* ]] || ds=second
	make_key "$zone" ksk "$algorithm" "$bits"
	for word in "${@:4}"; do
		case $word in
		two-keys) make_key "$zone" zsk "$algorithm" ;;
		keys=*)   odd_keys "$zone" "$algorithm" "${word#keys=}" ;;
		ds=*)     ds=${word#ds=} ;;
		esac
	done
	odd_ds "$zone" "$ds" >"$state/keys/${zone/#./root}.zone.ds"
}

# A signed child's DS goes into its nearest ancestor of the table, once for each way of being found.
link_zones() {
	awk -v state="$state" '
	function file(zone) { return zone == "." ? "root.zone" : zone ".zone" }
	$1 == "zone" { zones[$2] = $3; words[$2] = $0 }
	END {
		for (zone in zones) {
			if (zone == "." || zones[zone] == "unsigned" || words[zone] ~ / no-ds/)
				continue
			parent = zone
			do {
				if (!sub(/^[^.]*\./, "", parent))
					parent = "."
			} while (!(parent in zones))
			source = state "/keys/" file(zone) ".ds"
			while ((getline line < source) > 0) {
				split(line, f)
				print zone ". 3600 IN DS " f[4], f[5], f[6], f[7] >> (state "/source/" file(parent))
			}
			close(source)
		}
	}' "$table"
}

# Adds to flags what ldns-signzone calls that kind of denial.
denial_flags() {
	local kind iterations=0 salt=

	IFS=: read -r kind iterations salt <<<"$1:0:"
	salt=${salt%%:*}
	case $kind in
	nsec)   return 0 ;;
	nsec3)  flags+=(-n -a 1 -t "$iterations") ;;
	optout) flags+=(-n -p -a 1 -t "$iterations") ;;
	*)      echo "zones/lab/operators: no such denial: $1" >&2; return 1 ;;
	esac
	[ -z "$salt" ] || flags+=(-s "$salt")
}

# The keys alone, signed by the key signing key as if there were no other: the zone's other signatures are of a key that isn't there.
lose_zone_key() {
	local zone=$1 file=${1/#./root}.zone

	ldns-signzone -o "$zone" -f "$state/zones/$file.lost" "$state/source/$file" "$state/keys/$file.ksk" >/dev/null
	awk '$4 != "DNSKEY" && !($4 == "RRSIG" && $5 == "DNSKEY")'
	awk '$4 == "DNSKEY" || ($4 == "RRSIG" && $5 == "DNSKEY")' "$state/zones/$file.lost"
	rm "$state/zones/$file.lost"
}

sign_zone() {
	local zone=$1 algorithm=$2 file=${1/#./root}.zone word role fault='' signed
	local -a keys=() flags=() dates=(-i "$an_hour_ago")

	if [ "$algorithm" = unsigned ]; then
		copy "$state/source/$file" "$state/zones/$file"
		return 0
	fi
	for role in ksk zsk second revoked; do
		[ ! -f "$state/keys/$file.$role.private" ] || keys+=("$state/keys/$file.$role")
	done
	for word in "${@:4}"; do
		case $word in
		zonemd)           flags+=(-z simple:sha384) ;;
		ds=zsk)           flags+=(-A) ;;
		keys=second)      flags+=(-U) ;;
		keys=*-beside)    flags+=(-A) ;;
		keys=standby)     cat "$state/keys/$file.standby.key" >>"$state/source/$file" ;;
		fault=*)          fault=${word#fault=} ;;
		esac
	done
	case $fault in
	expired) dates=(-i 20200101000000 -e 20200201000000) ;;
	notyet)  dates=(-i "$(date -u -d '+1 year' +%Y%m%d%H%M%S)" -e "$(date -u -d '+2 years' +%Y%m%d%H%M%S)") ;;
	soon)    dates+=(-e "$(date -u -d '+2 hours' +%Y%m%d%H%M%S)") ;;
	esac
	denial_flags "$3"
	signed=$state/zones/$file
	[ -z "$fault" ] || signed=$state/made/$file
	ldns-signzone "${dates[@]}" "${flags[@]}" -o "$zone" -f "$signed" "$state/source/$file" "${keys[@]}" \
		>/dev/null 2>"$state/log/sign-$zone" || { cat "$state/log/sign-$zone" >&2; return 1; }
	case $fault in
	'')       ;;
	lost-key) lose_zone_key "$zone" <"$signed" >"$state/zones/$file" ;;
	*)        break_zone "$zone" "$fault" <"$signed" >"$state/zones/$file" ;;
	esac
}

check_zone() {
	LD_LIBRARY_PATH=$libraries "$daemons/usr/sbin/nsd-checkzone" \
		"$1" "$state/zones/${1/#./root}.zone" >"$state/log/check-$1" 2>&1 && return
	echo "zones/lab/${1/#./root}.zone: NSD refuses it:" >&2
	cat "$state/log/check-$1" >&2
	return 1
}

# One of the two steps that take time, for some lines of the table; called by xargs.
worker() {
	set -euo pipefail
	local step=$1 line
	local -a words

	for line in "${@:2}"; do
		read -ra words <<<"$line"
		case $step in
		keys) make_keys "${words[@]:1}" ;;
		sign)
			sign_zone "${words[@]:1}"
			check_zone "${words[1]}"
			;;
		esac
	done
}

# Runs the worker for all zones of the table, as many at once as there are processors.
for_all_zones() {
	awk '$1 == "zone"' "$table" | xargs -P "$(nproc)" -d '\n' -n 6 bash -c 'worker "$@"' worker "$1"
}

nsd_configuration() {
	local name=$1

	cat <<-END
	server:
		server-count: 1
		username: ""
		database: ""
		zonesdir: "$state/zones"
		xfrdfile: "$state/nsd/$name.xfrd"
		zonelistfile: "$state/nsd/$name.zonelist"
		xfrdir: "$state/nsd"
		pidfile: "$state/nsd/$name.pid"
		logfile: "$state/log/nsd-$name.log"
		verbosity: 1
		identity: "$name"
		nsid: "ascii_$name"
		hide-version: yes
		reuseport: no
		tcp-count: 64
		tcp-timeout: 10
		rrl-size: 16
		rrl-ratelimit: 0
		rrl-whitelist-ratelimit: 0
		xfrd-tcp-max: 1
		xfrd-tcp-pipeline: 1
		round-robin: no
		minimal-responses: no
	END
	printf '\tip-address: %s\n' "${@:2}"
	printf 'remote-control:\n\tcontrol-enable: no\n'
}

# An operator that has no address left (on a machine without IPv6) has no configuration and doesn't run.
nsd_configurations() {
	local -a words
	local name='' file folder

	while read -ra words; do
		case ${words[0]-} in
		operator)
			name=
			[ ${#words[@]} -gt 2 ] || continue
			name=${words[1]}
			nsd_configuration "$name" "${words[@]:2}" >"$state/nsd/$name.conf"
			;;
		zone|also|missing)
			[ -n "$name" ] || continue
			folder=
			[ "${words[0]}" != missing ] || folder=missing/
			file=$folder${words[1]/#./root}.zone
			printf 'zone:\n\tname: "%s"\n\tzonefile: "%s"\n' "${words[1]}" "$file" >>"$state/nsd/$name.conf"
			# As the real root is given to anybody.
			[ "${words[1]}" != . ] ||
				printf '\tprovide-xfr: %s NOKEY\n' 0.0.0.0/0 ::/0 >>"$state/nsd/$name.conf"
			;;
		esac
	done <"$table"
}

export -f algorithm_options copy make_key make_keys denial_flags lose_zone_key sign_zone check_zone worker
# shellcheck source=tests/lab/faults.sh
. "$(dirname "$0")/faults.sh"
export -f key_flags odd_keys print_ds spoil_digest odd_ds without_denial_at without_denial_of with_wildcard_replayed break_zone

# shellcheck source=tests/packages.sh
. "$(dirname "$0")/../packages.sh"
libraries=$(daemons_path "$daemons")
export libraries

# So that a shifted clock doesn't matter at once.
an_hour_ago=$(date -u -d '-1 hour' +%Y%m%d%H%M%S)
export an_hour_ago

mkdir -p "$state"/{source,made,keys,zones,nsd,log}
chmod 700 "$state"/{made,keys}
write_sources
for_all_zones keys
link_zones
for_all_zones sign
rm -rf "$state/made" "$state"/log/{sign,check}-*
nsd_configurations
cp "$zones/../root.hints" "$state/root.hints"
cp "$state/keys/root.zone.ds" "$state/root.anchors"
