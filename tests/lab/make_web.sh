#!/bin/bash
# SPDX-License-Identifier: MIT
# make_web.sh — makes the lab's web: a certificate authority, certificates good and bad, nginx's configuration, its files.
#
#   make_web.sh TOP STATE DAEMONS
#
# Written below STATE: ca.pem (the root to trust), client.pem and client.key (for client-cert.badcert.com),
# web/ (nginx.conf and everything else that nginx reads). The keys are of elliptic curves, since RSA ones take long; one certificate is RSA.
set -euo pipefail
export LC_ALL=C

top=$1
state=$2
daemons=$3
here=$top/tests/lab
table=$state/operators
web=$state/web
tls=$web/tls

# Names outside example.* that lead to the web: one plain page answers for all.
others="alfa-dns.com www.alfa-dns.com www.sub.example.com sub.example.com www.unsigned.example.com
direct.de xn--bcher-kva.de www.xn--bcher-kva.de xn--fsqu00a.xn--fiqs8s www.xn--fsqu00a.xn--fiqs8s www.example.cn
www.shop.com.cn shop.co.uk www.shop.co.uk www.shop.aq www.glueless.io www.glue-one.info www.glue-two.de www.glue-three.cn
www.yin.org www.yang.org www.family.com www.child.family.com www.grand.child.family.com www.a.b.c.d.deep.io
www.e.f.deep.org www.v6only.org www.v4only.org www.moved.net www.stale-glue.net www.dead-one.com www.dead-most.com
www.closed-one.com www.unreachable-one.com www.lame-one.net www.lame-most.net www.servfail-one.net
www.rsasha1.org www.rsasha1-nsec3.org www.rsasha256.org www.rsasha512.org www.ecdsa256.org www.ecdsa384.org
www.ed25519.org www.ed448.org www.iterations10.org www.iterations100.org www.iterations500.org
www.unknown-algorithm.org www.unknown-digest.org
www.bogus-expired.com www.bogus-notyet.com www.bogus-ds.com www.bogus-nosig.com www.bogus-denial.com
www.bogus-denial3.com www.bogus-keys.com www.bogus-unsigned.com"

quietly() {
	"$@" >"$state/log/openssl.log" 2>&1 || {
		echo "lab: openssl failed: $*" >&2
		cat "$state/log/openssl.log" >&2
		return 1
	}
}

# A root of its own: NAME, the words in its subject.
make_root() {
	quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/O=xylem lab/CN=$2" \
		-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
		-keyout "$tls/$1.key" -out "$tls/$1.pem"
}

# issue NAME CA SUBJECT EXTENSIONS [START END [KEY OPTIONS...]]
# EXTENSIONS: lines for the section; START and END as openssl ca wants them.
issue() {
	local name=$1 ca=$2 subject=$3 extensions=$4 start=${5:-} end=${6:-}
	local -a key=(ec -pkeyopt ec_paramgen_curve:P-256) dates=(-days 90)

	[ $# -gt 6 ] && key=("${@:7}")
	[ -n "$start" ] && dates=(-startdate "$start" -enddate "$end")
	[ -f "$tls/$ca.index" ] || : >"$tls/$ca.index"
	cat >"$tls/$name.conf" <<-END
	[ca]
	default_ca = lab
	[lab]
	database = $tls/$ca.index
	new_certs_dir = $tls/issued
	certificate = $tls/$ca.pem
	private_key = $tls/$ca.key
	default_md = sha256
	policy = any
	rand_serial = yes
	unique_subject = no
	[any]
	organizationName = optional
	commonName = optional
	[extensions]
	$extensions
	END
	sed -i 's/^[ \t]*//' "$tls/$name.conf"
	quietly openssl req -new -newkey "${key[@]}" -nodes -subj "$subject" -keyout "$tls/$name.key" -out "$tls/$name.request"
	quietly openssl ca -batch -notext -config "$tls/$name.conf" -extensions extensions "${dates[@]}" \
		-in "$tls/$name.request" -out "$tls/$name.pem"
}

# The extensions of a server's certificate for the given names.
server_extensions() {
	printf 'basicConstraints = CA:FALSE\nkeyUsage = critical,digitalSignature,keyEncipherment\nextendedKeyUsage = serverAuth\n'
	printf 'subjectAltName = %s\n' "$(printf ',DNS:%s' "$@" | cut -c2-)"
}

# Tells nginx which certificate: tls_snippet FILE NAME, with the chain as it stands in NAME.chain.
tls_snippet() {
	printf 'ssl_certificate %s;\nssl_certificate_key %s;\n' "$tls/$2.chain" "$tls/$2.key" >"$web/$1.conf"
}

# A good certificate with its intermediate, and the snippet for it.
good() {
	issue "$1" intermediate "/O=xylem lab/CN=$2" "$(server_extensions "${@:2}")"
	cat "$tls/$1.pem" "$tls/intermediate.pem" >"$tls/$1.chain"
	tls_snippet "tls-$1" "$1"
}

# A server of its own for a certificate under NAME.badcert.com.
bad_server() {
	local name=$1

	cat >>"$web/tls-servers.conf" <<-END
	server {
		include listen-web.conf;
		server_name $name.badcert.com;
		ssl_certificate $tls/$name.chain;
		ssl_certificate_key $tls/$name.key;
		return 200 "this is $name.badcert.com\n";
	}
	END
}

# bad NAME CA HOST CHAIN-FILE... -- further arguments of issue
bad_dates() {
	issue "$1" intermediate "/O=xylem lab/CN=$1.badcert.com" "$(server_extensions "$1.badcert.com")" "$2" "$3"
	cat "$tls/$1.pem" "$tls/intermediate.pem" >"$tls/$1.chain"
	bad_server "$1"
}

make_bad_certificates() {
	local next second

	next=$(date -u -d '+1 year' +%Y%m%d%H%M%SZ)
	second=$(date -u -d '+2 years' +%Y%m%d%H%M%SZ)
	bad_dates expired 20200101000000Z 20200201000000Z
	bad_dates notyet "$next" "$second"

	issue wrong-name intermediate "/O=xylem lab/CN=other.example.net" "$(server_extensions other.example.net)"
	cat "$tls/wrong-name.pem" "$tls/intermediate.pem" >"$tls/wrong-name.chain"
	bad_server wrong-name

	quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 \
		-subj "/O=xylem lab/CN=self-signed.badcert.com" -addext subjectAltName=DNS:self-signed.badcert.com \
		-keyout "$tls/self-signed.key" -out "$tls/self-signed.chain"
	bad_server self-signed

	make_root stranger "a CA that nobody knows"
	issue unknown-ca stranger "/O=xylem lab/CN=unknown-ca.badcert.com" "$(server_extensions unknown-ca.badcert.com)"
	cp "$tls/unknown-ca.pem" "$tls/unknown-ca.chain"
	bad_server unknown-ca

	# The intermediate isn't sent along.
	issue incomplete intermediate "/O=xylem lab/CN=incomplete.badcert.com" "$(server_extensions incomplete.badcert.com)"
	cp "$tls/incomplete.pem" "$tls/incomplete.chain"
	bad_server incomplete

	# Good for clients only.
	issue not-a-server intermediate "/O=xylem lab/CN=not-a-server.badcert.com" \
		"$(server_extensions not-a-server.badcert.com | sed s/serverAuth/clientAuth/)"
	cat "$tls/not-a-server.pem" "$tls/intermediate.pem" >"$tls/not-a-server.chain"
	bad_server not-a-server

	# RSA, and good.
	issue rsa intermediate "/O=xylem lab/CN=rsa.badcert.com" "$(server_extensions rsa.badcert.com)" "" "" rsa:2048
	cat "$tls/rsa.pem" "$tls/intermediate.pem" >"$tls/rsa.chain"
	bad_server rsa
}

# The addresses of a word of the table as listen lines: listen_lines WORD [flags for TLS].
listen_lines() {
	awk -v word="$1" -v flags="$2" '$1 == word {
		for (i = 2; i <= NF; i++) {
			address = $i ~ /:/ ? "[" $i "]" : $i
			print "listen " address ":80;"
			print "listen " address ":443 ssl" flags ";"
		}
	}' "$table" >"$web/listen-$1.conf"
}

make_files() {
	cp "$here"/web/* "$web/files/"
	# A red dot of one pixel.
	base64 -d >"$web/files/photo.png" <<-END
	iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==
	END
	echo "a note" >"$web/files/note.txt"
	touch -d 2026-01-01T00:00:00Z "$web/files/note.txt"
	printf 'B\374cher\n' >"$web/files/latin1.txt"
	{ yes "a line that is the same as the one before and compresses well" || true; } | head -n 2000 >"$web/files/long.txt"
	cp "$web/files/long.txt" "$web/files/stored.txt"
	gzip -9 -n -k "$web/files/stored.txt"
	# Numbered lines of sixteen octets, so that a wrong or missing part shows.
	seq -f '%015.0f' 6400 | head -c 102400 >"$web/files/100k.bin"
	seq -f '%015.0f' 393216 >"$web/files/6m.bin"

	for _ in 1 2 3 4; do
		cat "$web/files/6m.bin"
	done >"$web/files/24m.bin"
}

mkdir -p "$web"/{files,temporary,tls/issued} "$state/log"
chmod 700 "$tls"
make_root ca "xylem lab root CA"
cp "$tls/ca.pem" "$state/ca.pem"
issue intermediate ca "/O=xylem lab/CN=xylem lab intermediate CA" \
	$'basicConstraints = critical,CA:TRUE,pathlen:0\nkeyUsage = critical,keyCertSign,cRLSign'
good example example.com '*.example.com' example.net '*.example.net' example.org '*.example.org'
# shellcheck disable=SC2086 # a list of words
good others $others
good client-cert client-cert.badcert.com
good tls12 tls12.badcert.com
good tls13 tls13.badcert.com
issue client intermediate "/O=xylem lab/CN=a client" $'basicConstraints = CA:FALSE\nextendedKeyUsage = clientAuth'
cat "$tls/client.pem" "$tls/intermediate.pem" >"$state/client.pem"
cp "$tls/client.key" "$state/client.key"
: >"$web/tls-servers.conf"
make_bad_certificates
listen_lines web " http2"
listen_lines web1 ""
listen_lines web12 " http2"
listen_lines web13 " http2"
make_files
sed -e "s|@state@|$state|g" -e "s|@modules@|$daemons/usr/lib/nginx/modules|g" -e "s|@others@|$(echo $others)|" \
	"$here/nginx.conf" >"$web/nginx.conf"
