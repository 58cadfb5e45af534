# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# survive.sh — the short form of the attacks, with no timing in it: does the daemon survive each? Sourced by run.
#
# One world and one daemon for all of them. Of each attack fifty questions or a few more are asked, with honest ones
# beside. It is survived if every honest one was answered rightly, servers were asked no more for a question of the attack
# than its row says, nobody's name is poisoned, and memory is within its budget. Prints `ok survives_NAME` lines.

# Name, questions, queries for one of them at most (LIMITS.md allows 64). Those whose walks go on when the attacker was
# answered are last: what they ask then is counted for the next.
survivals() {
	cat <<-'END'
	nxns|50|24
	camp|50|36
	tsuname|50|8
	idns|50|32
	cname|50|32
	dname|50|32
	random|100|4
	kaminsky|50|6
	blind|50|6
	glue|50|8
	ns|50|6
	maginot|50|4
	tudoor|50|8
	rebirth|200|1
	bomb|50|8
	many|50|32
	nrd|50|32
	crowd|200|1
	dnsbomb|50|6
	nomatch|50|64
	slow|50|64
	dead|50|64
	slots|200|64
	ghost|140|10
	END
}

survival() {
	survivals | awk -F'|' -v name="$1" -v field="$2" '$1 == name { print $field }'
}

survival_port=5301

# figure NAME TEXT: of a line of names and figures.
figure() {
	awk -v name="$1" '{ for (i = 1; i < NF; i++) if ($i == name) { print $(i + 1); exit } }' <<<"$2"
}

# With the memory that peers.sh gives: so that there are a thousand walks, and no attack here fills them.
start_daemon() {
	local dir=$work/daemon

	mkdir "$dir"
	configure_xylemd "$dir" "$work/root.hints"
	sed -i '/^control.socket/d' "$dir/xylemd.yaml"
	attack_configure xylemd "$dir"
	"$xylemd" --config "$dir/xylemd.yaml" >"$work/daemon.log" 2>&1 </dev/null &
	peer=$!
	for _ in $(seq 100); do
		dig +tries=1 +time=1 -p $survival_port @127.0.0.1 version.bind CH TXT >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	die "the daemon didn't start: $(tail -n 5 "$work/daemon.log")"
}

# The attacker's part: survive_attacker NAME; prints how many questions it asked.
survive_attacker() {
	local count

	count=$(survival "$1" 2)
	case $1 in
	crowd)
		"$tools/crowd" 127.0.0.1 $survival_port "$count" 3 >/dev/null ;;
	rebirth|slots)
		attack_questions "$(row "$1" 5)" "$count" >"$work/questions.$1"
		timeout 60 "$tools/ask" --subnets --from 127.0.66.1 127.0.0.1 $survival_port "$work/questions.$1" 500 6000 ;;
	*)
		attack_questions "$(row "$1" 5)" "$count" >"$work/questions.$1"
		timeout 60 "$tools/ask" --from 127.0.66.1 127.0.0.1 $survival_port "$work/questions.$1" 200 6000 ;;
	esac
}

# survive_honest FIRST: ten names in the cache and ten new ones, at a moderate rate.
survive_honest() {
	{ honest_names www 100 109; honest_names www "$1" $(($1 + 9)); } | shuf >"$work/honest"
	"$tools/ask" 127.0.0.1 $survival_port "$work/honest" 40 9000
}

# survived NAME FIRST: sets said to what speaks against it.
survived() {
	local before after queries honest asked status attacker
	said=

	asked=$(survival "$1" 2)
	before=$(world_counters)
	survive_attacker "$1" >"$work/attacked" &
	attacker=$!
	honest=$(survive_honest "$2")
	wait $attacker
	# A stub asks again, and on a busy machine it has to: five seconds later, when no failure is remembered.
	[[ $honest = "asked 20 answered 20 "* ]] || { sleep 6; honest=$(survive_honest "$2"); }
	after=$(world_counters)
	kill -0 "$peer" 2>/dev/null || { said="the daemon is gone"; return; }
	[[ $honest = "asked 20 answered 20 "* ]] || said+="honest questions weren't answered rightly: $honest; "
	# What honest ones cost, and what is asked in the background, is allowed for.
	queries=$(($(figure queries "$after") - $(figure queries "$before")))
	[ $((queries - 200)) -le $((asked * $(survival "$1" 3))) ] || said+="$queries queries for $asked questions; "
	[ "$(count_poisoned "$1" $survival_port)" = 0 ] || said+="names are poisoned; "
	status=$("$xylem" ctl --socket "$work/daemon/state/control.sock" --format json status)
	python3 -c '
import json, sys
status = json.loads(sys.argv[1])
sys.exit(status["cache_bytes"] > status["cache_limit_bytes"])' "$status" || said+="memory: $status; "
	echo "# $1: $queries queries, honest ones' included; $(cut -d' ' -f1-10 "$work/attacked")"
}

# The ghost is asked for from the start, while others go on, and must be gone at the end.
begin_ghost() {
	attack_questions "$(row ghost 5)" "$(survival ghost 2)" >"$work/questions.ghost"
	"$tools/ask" --from 127.0.66.1 127.0.0.1 $survival_port "$work/questions.ghost" 10 6000 >"$work/ghost" &
	ghost=$!
}

end_ghost() {
	said=
	wait "$ghost"
	[ "$(figure answered "$(cat "$work/ghost")")" -gt 10 ] || said="it was never there: $(cat "$work/ghost")"
	[ "$(count_poisoned ghost $survival_port)" = 0 ] || said="it is there still"
	echo "# ghost: $(cut -d' ' -f1-10 "$work/ghost")"
}

tell() {
	[ -z "$said" ] && echo "ok survives_$1" && return
	echo "not ok survives_$1: $said"
	failed=1
}

survive() {
	local name first=200 status failed=0 said= ghost=
	on_load=() on_resolver=()

	compile
	write_hints 4 ""
	start_world --delay 1 --zones 1000 --hosts 1000 --forge 1000
	start_daemon
	survive_honest 110 >/dev/null
	kill -USR1 "$world"
	[[ " ${chosen[*]} " != *" ghost "* ]] || begin_ghost
	for name in "${chosen[@]}"; do
		if [ "$name" = ghost ]; then
			end_ghost
		else
			survived "$name" $first
		fi
		tell "$name"
		first=$((first + 10))
	done
	kill "$peer"
	wait "$peer"
	status=$?
	end_world >/dev/null
	if [ $status != 0 ] || grep -q -e Sanitizer -e 'runtime error' "$work/daemon.log"; then
		echo "not ok the daemon ends well: status $status: $(tail -c 4000 "$work/daemon.log")"
		failed=1
	fi
	exit $failed
}
