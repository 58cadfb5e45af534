/* SPDX-License-Identifier: MIT */
/* disk_schema.c — the tables, and the views that people read (docs/cache.md).
 *
 * Names as text in small letters, times as Unix seconds. `packed` is answer.h's run of octets,
 * or cut.h's packed form: what is loaded; all else is for finding and reading. `trust` says
 * how it came: 'reply' from a server's reply that passed the scrubber, 'hints' from what is
 * built in. `fingerprint` names what decides a validated row's truth; NULL: nothing does. */
#include "cache/disk_private.h"

#define SECURITY_TEXT                                                                              \
	"case security when 0 then 'unchecked' when 1 then 'indeterminate' when 2 then 'insecure'" \
	" when 3 then 'secure' else 'bogus' end as security"

const char *const disk_schema[] = {
	"create table type_name (number integer primary key, name text not null)",

	"create table stored_answer ("
	" name text not null, type integer not null, class integer not null,"
	" rcode integer not null, security integer not null,"
	" stored_at integer not null, expires_at integer not null,"
	" valid_until integer,"
	" hits integer not null, trust text not null, fingerprint text,"
	" learnt_from text, data text not null, packed blob not null,"
	" unique (name, type, class))",
	"create index answer_by_expiry on stored_answer (expires_at)",

	"create table stored_cut ("
	" zone text primary key not null, source integer not null, security integer not null,"
	" stored_at integer not null, expires_at integer not null,"
	" trust text not null, fingerprint text,"
	" servers text not null, packed blob not null)",

	"create table stored_server ("
	" address text not null, port integer not null,"
	" round_trip_us integer not null, variation_us integer not null, silences integer not null,"
	" edns integer not null, prefers_tcp integer not null,"
	" last_heard integer, stored_at integer not null,"
	" primary key (address, port))",

	"create view answer as select a.name as name,"
	" coalesce(t.name, 'TYPE' || type) as type,"
	" case class when 1 then 'IN' when 3 then 'CH' else 'CLASS' || class end as class,"
	" case rcode when 0 then 'NOERROR' when 3 then 'NXDOMAIN' else 'RCODE' || rcode end"
	" as rcode,"
	" " SECURITY_TEXT ", stored_at, expires_at, valid_until, hits, trust, fingerprint,"
	" learnt_from, data"
	" from stored_answer a left join type_name t on t.number = a.type",

	"create view cut as select zone,"
	" case source when 0 then 'hints' when 2 then 'referral' else 'source ' || source end"
	" as source,"
	" " SECURITY_TEXT ", stored_at, expires_at, trust, fingerprint, servers"
	" from stored_cut",

	"create view server as select address, port, round_trip_us, variation_us, silences,"
	" case edns when 1 then 'works' when 2 then 'fails' else 'unknown' end as edns,"
	" prefers_tcp, last_heard, stored_at"
	" from stored_server",

	NULL,
};
