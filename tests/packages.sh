# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# packages.sh — the Debian packages that ./run, ./test and the lab need, and how they come here.
# Sourced, not run. Defines:
#
#   packages_missing SET...    prints the missing packages of the sets build, run, test; status 0 if none is missing
#   packages_install SET...    installs them (root, or sudo); otherwise names them and the line to type, status 1
#   daemons_unpack DIR         fetches the packages that bring a daemon and unpacks them into DIR, never installs them
#   peers_unpack DIR           the same for the resolvers that tests/bench and tests/diff compare ours with
#   daemons_path DIR           prints the LD_LIBRARY_PATH with which the programs in DIR run
#
# A package that brings a daemon starts it when it is installed: port 53 would be gone, name service changed. So those
# are only unpacked and run from there with our own configuration. Nothing that is installed has a service.
#
# All functions say nothing and cost little when there is nothing to do.

PACKAGES_BUILD=(
	meson ninja-build pkg-config gcc libc6-dev
	libuv1-dev libssl-dev libsqlite3-dev liburcu-dev libyaml-dev libcap-ng-dev
	libldns-dev libjansson-dev node-llhttp
)
PACKAGES_RUN=(bind9-dnsutils ca-certificates curl iproute2 openssl util-linux ldnsutils)
PACKAGES_TEST=(check clang libclang-rt-14-dev clang-format sqlite3 "${PACKAGES_RUN[@]}")

# Unpacked, never installed.
PACKAGES_DAEMONS=(
	nsd unbound nginx
	libnginx-mod-http-brotli-filter libnginx-mod-http-brotli-static libnginx-mod-http-echo
)
# What those are linked with: unpacked beside them unless the system has it.
PACKAGES_DAEMON_LIBRARIES=(
	libevent-2.1-7 libfstrm0 libprotobuf-c1 libpcre2-8-0 libbrotli1 libnghttp2-14 libpython3.11 libexpat1
)
# The resolvers that ours is compared with, who asks them all, and what they are linked with. Not fetched by ./run or ./test.
PACKAGES_PEERS=(unbound knot-resolver pdns-recursor bind9 bind9-libs dnsperf)
PACKAGES_PEER_LIBRARIES=(
	bind9-utils dns-root-data libboost-context1.74.0 libcap2 libcurl4 libdnssec9 libedit2 libevent-2.1-7
	libfstrm0 libjemalloc2 libjson-c5 libknot13 libldns3 liblmdb0 libluajit-5.1-2 libluajit-5.1-common libmaxminddb0 libnghttp2-14
	libpci3 libprotobuf-c1 libpython3.11 libsnmp-base libsnmp40 libsodium23 libwrap0 libxdp1 libxml2 libzscanner4
	lua-sec lua-socket libbpf1 libuv1
)

# Prints, one per line, those of the named packages that aren't installed.
packages_absent() {
	{
		dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null
		printf 'wanted %s\n' "$@"
	} | awk '$1 == "installed" { have[$2] = 1 }
		$1 == "wanted" && !have[$2]++ { print $2 }'
}

# The names of the packages in the given sets.
packages_named() {
	local set

	for set in "$@"; do
		case $set in
		build) printf '%s\n' "${PACKAGES_BUILD[@]}" ;;
		run)   printf '%s\n' "${PACKAGES_RUN[@]}" ;;
		test)  printf '%s\n' "${PACKAGES_TEST[@]}" ;;
		*)     echo "packages.sh: no such set of packages: $set" >&2; return 2 ;;
		esac
	done
}

packages_missing() {
	local names absent

	command -v dpkg-query >/dev/null || {
		echo "xylem is built on Debian 12: this system has no dpkg" >&2
		return 2
	}
	names=$(packages_named "$@") || return 2
	# shellcheck disable=SC2086 # package names have no blanks
	absent=$(packages_absent $names)
	[ -z "$absent" ] && return 0
	printf '%s\n' "$absent"
	return 1
}

# Runs apt-get as root, by sudo if need be.
packages_apt() {
	local -a as=()

	[ "$(id -u)" = 0 ] || as=(sudo)
	"${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@"
}

# May we become root? With a terminal sudo may ask for the password.
packages_may_install() {
	[ "$(id -u)" = 0 ] && return 0
	command -v sudo >/dev/null || return 1
	sudo -n true 2>/dev/null && return 0
	[ -t 0 ] && [ -t 2 ] && sudo -v
}

packages_install() {
	local missing log status

	missing=$(packages_missing "$@")
	status=$?
	[ $status = 2 ] && return 1
	[ -z "$missing" ] && return 0
	missing=${missing//$'\n'/ }
	if ! packages_may_install; then
		echo "These Debian packages are missing, and installing them needs root: $missing" >&2
		echo "Type:  apt-get install --no-install-recommends $missing" >&2
		return 1
	fi
	echo "Installing Debian packages: $missing"
	log=$(mktemp) || return 1
	# shellcheck disable=SC2086 # package names have no blanks
	if packages_apt install --no-install-recommends $missing >"$log" 2>&1; then
		rm -f "$log"
		return 0
	fi
	# The lists may never have been fetched, or be too old.
	if packages_apt update >>"$log" 2>&1 &&
	   packages_apt install --no-install-recommends $missing >>"$log" 2>&1; then
		rm -f "$log"
		return 0
	fi
	echo "apt-get could not install: $missing" >&2
	tail -n 15 "$log" >&2
	rm -f "$log"
	return 1
}

# Downloads the packages into the current folder; with lists of our own if the system has none.
daemons_download() {
	local -a quiet=(-q -o "APT::Sandbox::User=$(id -un)")
	local private=$PWD/apt

	apt-get "${quiet[@]}" download "$@" >download.log 2>&1 && return 0
	mkdir -p "$private/lists/partial" "$private/archives/partial" || return 1
	quiet+=(-o "Dir::State::lists=$private/lists" -o "Dir::Cache=$private")
	apt-get "${quiet[@]}" update >>download.log 2>&1 || return 1
	apt-get "${quiet[@]}" download "$@" >>download.log 2>&1
}

daemons_unpack_locked() {
	local dir=$1 stamp=$2 work package
	local -a names

	work=$(mktemp -d "$dir.XXXXXX") || return 1
	mapfile -t names < <(printf '%s\n' "${PACKAGES_DAEMONS[@]}"
		packages_absent "${PACKAGES_DAEMON_LIBRARIES[@]}")
	echo "Fetching (not installing) daemons: ${names[*]}"
	if ! (cd "$work" && daemons_download "${names[@]}"); then
		echo "apt-get could not fetch: ${names[*]}" >&2
		tail -n 15 "$work/download.log" >&2
		rm -rf "$work"
		return 1
	fi
	mkdir "$work/root"
	for package in "$work"/*.deb; do
		dpkg -x "$package" "$work/root" || { rm -rf "$work"; return 1; }
	done
	chmod 755 "$work/root"
	printf '%s\n' "$stamp" >"$work/root/.unpacked"
	rm -rf "$dir" && mv "$work/root" "$dir" && rm -rf "$work"
}

daemons_unpack() {
	local dir=$1
	local stamp="${PACKAGES_DAEMONS[*]}"

	[ "$(cat "$dir/.unpacked" 2>/dev/null)" = "$stamp" ] && return 0
	mkdir -p "$(dirname "$dir")" || return 1
	(
		flock 9 || exit 1               # ./run and ./test may meet here
		[ "$(cat "$dir/.unpacked" 2>/dev/null)" = "$stamp" ] && exit 0
		daemons_unpack_locked "$dir" "$stamp"
	) 9>"$dir.lock"
}

# The two lists of packages are those of the daemons for whom daemons_unpack calls.
peers_unpack() {
	local -a PACKAGES_DAEMONS=("${PACKAGES_PEERS[@]}")
	local -a PACKAGES_DAEMON_LIBRARIES=("${PACKAGES_PEER_LIBRARIES[@]}")

	daemons_unpack "$1"
}

daemons_path() {
	local dir=$1 folder path=

	for folder in "$dir"/usr/lib/*-linux-gnu* "$dir"/lib/*-linux-gnu*; do
		[ -d "$folder" ] && path+=${path:+:}$folder
	done
	printf '%s\n' "$path"
}
