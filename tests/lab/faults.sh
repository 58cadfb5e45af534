# SPDX-License-Identifier: MIT
# faults.sh — how a zone of the lab is broken on purpose, or made unusual; sourced by make_zones.sh. The words are those of
# zones/lab/operators.
#
#   keys=KIND    the keys:          no-sep weak standby revoked revoked-beside second
#   ds=KIND      what the parent says of them: zsk sha1 sha384 sha1-beside-wrong wrong wrong-algorithm also-rsa also-unknown
#   fault=KIND   the signed zone:   see break_zone

# --- keys ---

# key_flags ZONE ROLE FLAGS: RFC 4034 §2.1.1. The private key doesn't know them.
key_flags() {
	sed -i -E "s/(DNSKEY[[:space:]]+)[0-9]+/\1$3/" "$state/keys/${1/#./root}.zone.$2.key"
}

# odd_keys ZONE ALGORITHM KIND: more keys than the usual one, or another kind of it. A key whose role is "standby" doesn't sign.
odd_keys() {
	case $3 in
	no-sep)         key_flags "$1" ksk 256 ;;
	revoked)        key_flags "$1" ksk 385 ;;
	revoked-beside) make_key "$1" revoked "$2" && key_flags "$1" revoked 385 ;;
	standby)        make_key "$1" standby "$2" && key_flags "$1" standby 257 ;;
	second)         make_key "$1" second ed25519 && key_flags "$1" second 257 ;;
	weak)           ;;
	*)              echo "zones/lab/operators: no such kind of keys: $3" >&2; return 1 ;;
	esac
}

# --- DS ---

# print_ds ZONE ROLE [DIGEST]: the DS that a key should have: name, class, DS, tag, algorithm, digest type, digest.
print_ds() {
	ldns-key2ds -n -f ${3+"-$3"} "$state/keys/${1/#./root}.zone.$2.key" | awk -v OFS='\t' '{ print $1, $3, $4, $5, $6, $7, $8 }'
}

# Another first digit than the right one.
spoil_digest() {
	awk -v OFS='\t' '{ $7 = ($7 ~ /^0/ ? "1" : "0") substr($7, 2); print }'
}

# odd_ds ZONE KIND: the DS set.
odd_ds() {
	local right

	right=$(print_ds "$1" ksk)
	case $2 in
	own)               echo "$right" ;;
	zsk)               print_ds "$1" zsk ;;
	sha1)              print_ds "$1" ksk 1 ;;
	sha384)            print_ds "$1" ksk 4 ;;
	second)            echo "$right"; print_ds "$1" second ;;
	wrong)             spoil_digest <<<"$right" ;;
	sha1-beside-wrong) print_ds "$1" ksk 1; spoil_digest <<<"$right" ;;
	wrong-algorithm)   awk -v OFS='\t' '{ $5 = 8; print }' <<<"$right" ;;
	also-rsa)          awk -v OFS='\t' '{ print; $5 = 8; print }' <<<"$right" ;;
	also-unknown)      awk -v OFS='\t' '{ print; $5 = 200; print }' <<<"$right" ;;
	*)                 echo "zones/lab/operators: no such kind of DS: $2" >&2; return 1 ;;
	esac
}

# --- the signed zone ---

# Without the NSEC or NSEC3 of one owner, and its signature.
without_denial_at() {
	awk -v owner="$1" '!($1 == owner && ($4 ~ /^NSEC3?$/ || ($4 == "RRSIG" && $5 ~ /^NSEC3?$/)))'
}

# without_denial_of ZONE NAME: without the NSEC3 in whose gap the name's hash lies, or whose it is.
without_denial_of() {
	local hash all

	all=$(cat)
	hash=$(ldns-nsec3-hash -t 0 "$2" | cut -d . -f 1)
	without_denial_at "$(awk -v zone="$1." '$4 == "NSEC3" { print $1 }' <<<"$all" | LC_ALL=C sort |
		awk -v hash="$hash" '{ last = $1 } substr($1, 1, length(hash)) <= hash { before = $1 }
			END { print before == "" ? last : before }')" <<<"$all"
}

# An answer of the wildcard, with its signature, at a name that the zone seems to have.
with_wildcard_replayed() {
	awk -v OFS='\t' -v zone="$1." '{ print }
		$1 == "*.wild." zone && ($4 == "A" || ($4 == "RRSIG" && $5 == "A")) { $1 = "replayed.wild." zone; print }'
}

# break_zone ZONE KIND: what is done to a signed zone to break it.
break_zone() {
	case $2 in
	no-signatures) awk '$4 != "RRSIG" || $5 == "DNSKEY"' ;;
	one-unsigned)  awk -v www="www.$1." '!($1 == www && $4 == "RRSIG" && $5 == "A")' ;;
	no-denial)     awk '$4 != "NSEC" && $4 != "NSEC3" && ($4 != "RRSIG" || ($5 != "NSEC" && $5 != "NSEC3"))' ;;
	no-keys)       awk '$4 != "DNSKEY" && ($4 != "RRSIG" || $5 != "DNSKEY")' ;;
	changed)       awk '$4 == "A" && $1 ~ /^www\./ { $5 = "203.0.113.66" } { print }' ;;
	signer)        awk -v OFS='\t' -v www="www.$1." -v parent="${1#*.}." \
				'$1 == www && $4 == "RRSIG" && $5 == "A" { $12 = parent } { print }' ;;
	half)          awk -v OFS='\t' '$4 == "RRSIG" && $6 == 15 { $13 = ($13 ~ /^A/ ? "B" : "A") substr($13, 2) } { print }' ;;
	gap)           without_denial_at "m.$1." ;;
	gap3)          without_denial_of "$1" "nothing.$1" ;;
	parameters)    awk -v OFS='\t' '$4 == "NSEC3PARAM" { $8 = "cdcd" } { print }' ;;
	replay)        with_wildcard_replayed "$1" ;;
	unproven-cut)  without_denial_at "unproven.$1." ;;
	*)             cat ;;
	esac
}
