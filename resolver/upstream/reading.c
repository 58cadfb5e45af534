/* SPDX-License-Identifier: MIT */
/* reading.c — which of the few kinds of reply it is (RFC 1034 §5.3.3 step 4, RFC 2308 §2). */
#include "cache/rdata.h"
#include "resolver/upstream/parts.h"

/* Registered after RFC 1035, and rare enough to be known here only. */
enum { RCODE_YXDOMAIN = 6, RCODE_NOTAUTH = 9 };

static bool is_forwarder(const struct cut *cut)
{
	return cut->source == CUT_FROM_FORWARD;
}

/* May this server speak for the zone? A forwarder speaks for others. AA says yes. Some servers
 * forget AA: what they show of the zone's own data is taken all the same, unless RA tells that
 * it comes from somebody's cache. */
static bool speaks_for_zone(const struct reply *reply, const struct cut *cut, bool shows_data)
{
	if (is_forwarder(cut) || (reply->header.flags & FLAG_AA) != 0)
		return true;
	return shows_data && (reply->header.flags & FLAG_RA) == 0;
}

/* RFC 2181 §10.1: a name has one canonical name; RFC 6672 §2.4: and at most one DNAME. */
static bool is_single(const struct rrset *set)
{
	return (set->type != TYPE_CNAME && set->type != TYPE_DNAME) || set->count <= 1;
}

/* What leads away from the name, if anything: a DNAME, whose CNAME is only a shadow, else a
 * CNAME. */
static const struct rrset *find_alias(const struct reply *reply, const struct question *question)
{
	const struct rrset *dname = part_dname(reply, question, &name_root);

	return dname != NULL ? dname : part_cname(reply, question);
}

/* Nothing for the name: does it deny, and may it? */
static enum reading read_denial(const struct reply *reply, const struct question *question,
				const struct cut *cut, enum reading denial)
{
	bool has_soa = part_soa(reply, question, cut) != NULL;

	if (!speaks_for_zone(reply, cut, has_soa))
		return READS_LAME;
	if (has_soa)
		return denial;
	if (reply->misdirects)
		return READS_LAME;              /* it points elsewhere, and proves nothing */
	if (reply->header.counts[SECTION_ANSWER] != 0)
		return READS_LAME;              /* it answered, but something else */
	return denial;
}

static enum reading read_no_error(const struct reply *reply, const struct question *question,
				  const struct cut *cut)
{
	const struct rrset *data = part_data(reply, question);
	const struct rrset *said = data != NULL ? data : find_alias(reply, question);

	if (said != NULL && !is_single(said))
		return READS_LAME;
	if (said != NULL && !speaks_for_zone(reply, cut, true))
		return READS_LAME;
	if (said != NULL)
		return data != NULL ? READS_ANSWER : READS_ALIAS;
	if (reply_referral(reply, question, cut) != NULL)
		return READS_REFERRAL;          /* with AA too: there are such servers */
	return read_denial(reply, question, cut, READS_NO_TYPE);
}

/* RFC 2308 §2.1: with an alias, it is the alias's end that doesn't exist, and that isn't for
 * this server to say. */
static enum reading read_no_name(const struct reply *reply, const struct question *question,
				 const struct cut *cut)
{
	if (find_alias(reply, question) != NULL)
		return read_no_error(reply, question, cut);
	if (part_data(reply, question) != NULL)
		return READS_LAME;              /* "no such name, and here are its records" */
	return read_denial(reply, question, cut, READS_NO_NAME);
}

enum reading reply_read(const struct reply *reply, const struct question *question,
			const struct cut *cut)
{
	if ((reply->header.flags & FLAG_TC) != 0)
		return READS_TRUNCATED;
	switch (reply->rcode) {
	case RCODE_NOERROR:
		return read_no_error(reply, question, cut);
	case RCODE_NXDOMAIN:
		return read_no_name(reply, question, cut);
	case RCODE_SERVFAIL:
		return READS_SERVER_FAILURE;
	case RCODE_REFUSED:
		return READS_REFUSED;
	case RCODE_NOTAUTH:
		return READS_LAME;
	case RCODE_YXDOMAIN:            /* RFC 6672 §2.2: the DNAME leads to too long a name */
		if (part_dname(reply, question, &name_root) != NULL)
			return read_no_error(reply, question, cut);
		return READS_OTHER_ERROR;
	default:
		return READS_OTHER_ERROR;
	}
}

const struct rrset *reply_referral(const struct reply *reply, const struct question *question,
				   const struct cut *cut)
{
	if (is_forwarder(cut))
		return NULL;
	if (reply->rcode != RCODE_NOERROR)
		return NULL;
	if (part_data(reply, question) != NULL || find_alias(reply, question) != NULL)
		return NULL;
	if (part_soa(reply, question, cut) != NULL)
		return NULL;                    /* a denial, from the child's side perhaps */
	return part_referral(reply, question, cut);
}

const struct rrset *reply_denial_soa(const struct reply *reply, const struct question *question,
				     const struct cut *cut)
{
	return part_soa(reply, question, cut);
}

bool reply_alias(const struct reply *reply, const struct question *question, struct name *target)
{
	const struct rrset *alias = find_alias(reply, question);

	if (alias == NULL || alias->count != 1)
		return false;
	if (alias->type == TYPE_DNAME)
		return part_dname_target(alias, &question->name, target);
	return rdata_name(alias->rdata[0], target);
}
