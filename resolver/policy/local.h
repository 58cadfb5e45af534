/* SPDX-License-Identifier: MIT */
/* local.h — names that every resolver answers itself: localhost, test, the reverse zones of private
 * networks (RFC 6303, 6761 and others; zones/local/names is the list, with the law of each).
 *
 * A local never changes once made, so threads share it without a lock; it has one owner, who frees
 * it when nobody looks any more. Zones that the configuration names win: for names in them nothing
 * is local, and names above them exist. The configured root doesn't count: it is what everything
 * else is in. Knows names and data, and nothing of messages. A look costs one step in a hash table
 * for each label that could still lead somewhere: one in all for www.example.com. */
#ifndef XYLEM_POLICY_LOCAL_H
#define XYLEM_POLICY_LOCAL_H

#include "cache/base/address.h"
#include "cache/question.h"

struct local;

/* What can be turned off, each by its setting. */
enum local_group {
	LOCAL_LOCALHOST, LOCAL_INVALID, LOCAL_TEST, LOCAL_ONION, LOCAL_LOCAL, LOCAL_ALT,
	LOCAL_HOME_ARPA, LOCAL_IPV4ONLY_ARPA, LOCAL_RESOLVER_ARPA, LOCAL_SERVICE_ARPA,
	LOCAL_PRIVATE_REVERSE, LOCAL_DOCUMENTATION_REVERSE, LOCAL_GROUPS
};

/* Which groups are on, and which zones the configuration has; borrowed for the call. */
struct local_wishes {
	bool               on[LOCAL_GROUPS];
	const struct name *configured;
	size_t             configured_count;
};

/* NULL: no memory. */
MUST_USE struct local *local_new(const struct local_wishes *wishes);
void local_free(struct local *local);

struct local_record {
	uint16_t       type;            /* TYPE_A, TYPE_AAAA or TYPE_PTR … */
	struct address address;         /* … the address of the first two … */
	struct name    name;            /* … and the name of the last */
};

/* What is said of a name. Lives as long as the local. */
struct local_finding {
	const struct name         *zone;        /* that it is in: SOA and NS are made from it */
	const char                *law;         /* "RFC 6761" */
	bool                       exists;      /* else there is no such name */
	bool                       has_soa;     /* it is the zone's own, and shows SOA and NS */
	const struct local_record *records;     /* all that it has, of whatever type */
	size_t                     count;
};

/* False: the name isn't local. Of the type only DS matters, which is the parent's (RFC 4035
 * §3.1.4.1): that of a zone which the public tree delegates isn't local. */
bool local_find(const struct local *local, const struct question *question,
		struct local_finding *into);

#endif
