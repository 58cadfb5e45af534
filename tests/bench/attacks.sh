# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# attacks.sh — a resolver under each attack of evil.h, and the honest clients beside it. Sourced by run; uses what is there.
#
# An attacker at 127.0.66.1 asks its questions at a fixed rate; meanwhile honest clients at 127.0.0.1 ask names that are in
# the cache, a hundred in a second, and names that nobody asked, twenty-five in a second. What the resolver spends beyond
# what it spends without an attack is the attack's.

# name | kind | options of the world | what it is | the attacker's questions (N: a number) | how many in a second
attacks() {
	cat <<-'END'
	nothing|attack||no attack: what is subtracted from the others||0
	nxns|attack||NXNSAttack: referrals to 32 names that don't exist, in zones of others|qN.nxns.evil|100
	camp|attack||CAMP: endless aliases of 14 labels, two of four servers failing|qN.camp.evil|100
	tsuname|attack||TsuNAME: two delegations, each to a server in the other|qN.tsuname.evil|100
	idns|attack||iDNS: delegated to two names, each delegated to two names ...|qN.idns.evil|100
	nrd|attack||NRDelegation: 1,500 server names in a zone of silent servers|qN.nrd.evil|100
	cname|attack||an alias of an alias ... without end|qN.cname.evil|100
	dname|attack||the same by DNAME|x.qN00.dname.evil|100
	dead|attack||unresponsive delegations: thirteen silent servers each|qN.dead.evil|100
	slots|attack||the same, so many that one client fills the table of walks|qN.dead.evil|1500
	random|attack||random names that don't exist in an honest zone (water torture)|rndN.z1.t1|500
	kaminsky|attack||forty forged replies to each query, to the right port|kamN.z1.t1|100
	blind|attack|--forge 20000|20,000 forged replies in a second, to any port|kxmN.z1.t1|100
	glue|attack||referrals and answers with addresses and servers of others|qN.glue.evil|100
	ns|attack||promiscuous NS: servers of others' zones beside answers|qN.ns.evil|100
	maginot|attack||MaginotDNS: the same from a forwarder|qN.maginot.evil|100
	tudoor|attack||TuDoor: twelve malformed messages before each reply|qN.tudoor.evil|100
	nomatch|attack||replies that never match, over UDP and TCP|qN.nomatch.evil|100
	rebirth|attack||RebirthDay: one question again and again while it is under way, with client subnets|qN/100.rebirth.evil|1000
	bomb|attack||500 names of 120 compression pointers each|qN.bomb.evil|100
	many|attack||4,000 records of one set|qN.many.evil|100
	slow|attack||servers over TCP, an octet in 400 ms|qN.slow.evil|100
	crowd|attack||1,000 clients over TCP, an octet in 250 ms each|-|0
	dnsbomb|attack||DNSBomb: large answers that all come at the same moment|qN.dnsbomb.evil|100
	ghost|attack||a delegation that is withdrawn while the child is asked|wwwN.g1.ghost.evil|100
	END
}

attack_seconds=10
attack_numbers=100000           # where N begins

# The questions of an attack, one a line: `attack_questions PATTERN COUNT`.
attack_questions() {
	seq "$attack_numbers" $((attack_numbers + $2 - 1)) | awk -v pattern="$1" '{
		name = pattern
		if (sub(/N\/100/, int($1 / 100), name) == 0)
			sub(/N/, $1, name)
		print name
	}'
}

# Names of honest zones: www.zFIRST to www.zLAST, or another label.
honest_names() {
	seq "$2" "$3" | awk -v label="$1" -v tlds=$tlds '{ printf "%s.z%d.t%d\n", label, $1, $1 % tlds }'
}

# The zone of MaginotDNS is one that the configuration forwards.
attack_configure() {
	local forwarder=198.19.248.17

	case $1 in
	xylemd)
		printf 'forward:\n  - zone: maginot.evil\n    servers: [%s]\n    dnssec: off\n' $forwarder >>"$2/xylemd.yaml" ;;
	unbound)
		printf 'forward-zone:\n\tname: "maginot.evil."\n\tforward-addr: %s\n' $forwarder >>"$2/unbound.conf" ;;
	kresd)
		echo "policy.add(policy.suffix(policy.STUB('$forwarder'), { todname('maginot.evil.') }))" >>"$2/kresd.conf" ;;
	pdns)
		echo "forward-zones-recurse=maginot.evil=$forwarder" >>"$2/recursor.conf" ;;
	bind9)
		echo "zone \"maginot.evil\" { type forward; forward only; forwarders { $forwarder; }; };" >>"$2/named.conf" ;;
	esac
}

# `with PREFIX`: names each figure of a line anew.
with() {
	sed -E "s/([a-z0-9_]+) ([^ ]+)/$1.\1 \2/g"
}

cpu_us() {
	awk '{ sum += $1 } END { printf "%d\n", sum / 1000 }' "/proc/$1"/task/*/schedstat
}

resident_kb() {
	awk '$1 == "VmRSS:" { print $2 }' "/proc/$1/status"
}

# What the world has counted since it was told to begin.
world_counters() {
	local lines
	lines=$(wc -l <"$work/world")

	kill -USR2 "$world"
	for _ in $(seq 50); do
		[ "$(wc -l <"$work/world")" -gt "$lines" ] && break
		sleep 0.1
	done
	tail -n 1 "$work/world"
}

# attacker WORKLOAD PORT SECONDS: asks, and prints what became of it.
attacker() {
	local count rate
	local -a how=(--from 127.0.66.1)

	rate=$(row "$1" 6)
	count=$((rate * $3))
	case $1 in
	nothing) sleep "$3"; echo "asked 0 answered 0 servfail 0 wrong 0 sent 0 received 0"; return ;;
	crowd)   "$tools/crowd" 127.0.0.1 "$2" 1000 "$3"; return ;;
	rebirth) how+=(--subnets) ;;
	esac
	attack_questions "$(row "$1" 5)" "$count" >"$work/attack"
	timeout 60 "$tools/ask" "${how[@]}" 127.0.0.1 "$2" "$work/attack" "$rate" 10000
}

# The names that an attack may have poisoned or kept alive: none may be answered otherwise than is true.
count_poisoned() {
	local said

	if [ "$1" = ghost ]; then
		echo "wwwlast.g1.ghost.evil" >"$work/victims"
		said=$("$tools/ask" 127.0.0.1 "$2" "$work/victims" 100 5000)
		awk '{ print $4 }' <<<"$said"           # answered: it should have gone
		return
	fi
	{ honest_names www 0 7; honest_names wwwafter 0 7; } >"$work/victims"
	said=$("$tools/ask" 127.0.0.1 "$2" "$work/victims" 100 5000)
	awk '{ print $10 }' <<<"$said"                  # wrong
}

# attack WORKLOAD PEER REPETITION
attack() {
	local port before after cpu options attack_said
	on_load=() on_resolver=()

	port=$(peer_port "$2")
	options=$(row "$1" 3)
	write_hints 4 ""
	honest_names www 100 299 >"$work/cached"
	honest_names www 300 $((299 + 25 * attack_seconds)) >"$work/cold"
	for _ in $(seq $((attack_seconds / 2))); do cat "$work/cached"; done >"$work/hot"
	# shellcheck disable=SC2086 # the options are words
	start_world --delay 20 --zones 1000 --hosts 1000 --seed "$3" $options
	start_peer "$2" || { end_world >/dev/null; return 1; }
	"$tools/ask" 127.0.0.1 "$port" "$work/cached" 200 >/dev/null
	sleep 1
	kill -USR1 "$world"
	before=$(resident_kb "$peer") cpu=$(cpu_us "$peer")
	attacker "$1" "$port" "$attack_seconds" >"$work/attack.said" &
	attack_said=$!
	"$tools/ask" 127.0.0.1 "$port" "$work/hot" 100 >"$work/hot.said" &
	"$tools/ask" 127.0.0.1 "$port" "$work/cold" 25 >"$work/cold.said" &
	wait $attack_said $!
	sleep 1
	[ "$1" != ghost ] || sleep 3
	cpu=$(($(cpu_us "$peer") - cpu)) after=$(resident_kb "$peer")
	record "$1 $2 $3 $(with attack <"$work/attack.said") $(with cached <"$work/hot.said")" \
		"$(with cold <"$work/cold.said") cpu $cpu rss $((after - before))" \
		"$(world_counters) poisoned $(count_poisoned "$1" "$port")"
	end_world >/dev/null
	end "$peer"
}

print_attack_head() {
	printf '\nthe attacks — for each question of an attacker; honest clients beside it\n'
	printf '%-9s %-8s %7s %8s %8s %8s %8s %6s %7s %7s %7s %7s %7s %8s\n' "" "" \
		"queries" "octets" "octets" "octets" "cpu us" "MB" "cached" "cached" "cold" "cold" "failed" "poisoned"
	printf '%-9s %-8s %7s %8s %8s %8s %8s %6s %7s %7s %7s %7s %7s %8s\n' "" "" \
		"" "out" "in" "to it" "" "more" "p50 ms" "p99 ms" "p50 ms" "p99 ms" "honest" ""
}

# One row for each resolver, the head before the first.
print_attack() {
	[ -n "${attack_head_printed-}" ] || print_attack_head
	attack_head_printed=yes
	awk -v workload="$1" -v order="$resolvers" "$medians"'
	$1 == "nothing" || $1 == workload {
		for (i = 4; i < NF; i += 2)
			f[$i] = $(i + 1)
	}
	$1 == "nothing" {
		add("-" $2, "cpu", f["cpu"]); add("-" $2, "queries", f["queries"])
		add("-" $2, "in", f["octets_in"]); add("-" $2, "out", f["octets_out"])
	}
	$1 == workload {
		n = f["attack.asked"]
		if (n == 0)
			n = 1
		add($2, "queries", (f["queries"] - median("-" $2, "queries")) / n)
		add($2, "out", (f["octets_in"] - median("-" $2, "in")) / n)
		add($2, "in", (f["octets_out"] - median("-" $2, "out")) / n)
		add($2, "client", f["attack.received"] / n)
		add($2, "cpu", (f["cpu"] - median("-" $2, "cpu")) / n)
		add($2, "rss", f["rss"] / 1024)
		add($2, "cached50", f["cached.p50"]); add($2, "cached99", f["cached.p99"])
		add($2, "cold50", f["cold.p50"]); add($2, "cold99", f["cold.p99"])
		add($2, "failed", f["cached.asked"] - f["cached.answered"] + f["cold.asked"] - f["cold.answered"])
		add($2, "poisoned", f["poisoned"])
	}
	END {
		count_ = split(order, names, " ")
		for (i = 1; i <= count_; i++)
			if (count[names[i], "cpu"])
				printf "%-9s %-8s %7.2f %8.0f %8.0f %8.0f %8.0f %6.1f %7.1f %7.1f %7.0f %7.0f %7d %8d\n", workload,
					names[i], median(names[i], "queries"), median(names[i], "out"), median(names[i], "in"),
					median(names[i], "client"), median(names[i], "cpu"), median(names[i], "rss"),
					median(names[i], "cached50"), median(names[i], "cached99"), median(names[i], "cold50"),
					median(names[i], "cold99"), median(names[i], "failed"), median(names[i], "poisoned")
	}' "$work/results"
}
