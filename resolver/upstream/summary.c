/* SPDX-License-Identifier: MIT */
/* summary.c — a reply in words, for traces. */
#include <stdarg.h>
#include <stdio.h>

#include "cache/base/address.h"
#include "cache/rdata.h"
#include "resolver/observe/text.h"
#include "resolver/upstream/parts.h"

/* Text that grows until its room is used up. */
struct text {
	char  *start;
	size_t size, used;
};

/* As much of it as fits: a name may be four times as long in text as it is on the wire. */
__attribute__((format(printf, 2, 3))) static void say(struct text *text, const char *format, ...)
{
	size_t left = text->size - text->used;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text->start + text->used, left, format, arguments);
	va_end(arguments);
	if (length > 0)
		text->used += (size_t)length < left ? (size_t)length : left - 1;
}

/* All of it, or nothing and false: half an address would be another address. */

__attribute__((format(printf, 2, 3))) static bool append(struct text *text, const char *format, ...)
{
	size_t left = text->size - text->used;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text->start + text->used, left, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= left) {
		text->start[text->used] = '\0';
		return false;
	}
	text->used += (size_t)length;
	return true;
}

static bool append_address(struct text *text, const char *before, struct address address)
{
	char printed[ADDRESS_TEXT_SIZE];

	return append(text, "%s%s", before, address_print(&address, printed));
}

static bool append_name(struct text *text, const char *before, struct bytes rdata)
{
	char printed[NAME_TEXT_SIZE];
	struct name name;

	if (!rdata_name(rdata, &name))
		return false;
	return append(text, "%s%s", before, name_print(&name, printed));
}

static bool append_mx(struct text *text, const char *before, struct bytes rdata)
{
	char preference[16];

	snprintf(preference, sizeof(preference), "%s%u ", before, load_u16(rdata.at));
	return append_name(text, preference, bytes_of(rdata.at + 2, rdata.length - 2));
}

/* Types that say most in few words; false for others. */
static bool append_rdata(struct text *text, const char *before, uint16_t type, struct bytes rdata)
{
	switch (type) {
	case TYPE_A:
		return append_address(text, before, address_v4(rdata.at, 0));
	case TYPE_AAAA:
		return append_address(text, before, address_v6(rdata.at, 0));
	case TYPE_NS:
	case TYPE_CNAME:
	case TYPE_DNAME:
	case TYPE_PTR:
		return append_name(text, before, rdata);
	case TYPE_MX:
		return append_mx(text, before, rdata);
	default:
		return false;
	}
}

static const char *plural(unsigned count)
{
	return count == 1 ? "" : "s";
}

static void say_answer(struct text *text, const struct reply *reply,
		       const struct question *question)
{
	const struct rrset *set = part_data(reply, question);
	char type[TYPE_TEXT_SIZE];
	unsigned told = 0;

	if (set == NULL)
		return;
	say(text, "%s", text_type(set->type, type));
	while (told < set->count &&
	       append_rdata(text, told == 0 ? " " : ", ", set->type, set->rdata[told]))
		told++;
	if (set->count == 0)
		say(text, ", %u signature%s", set->signature_count,
		       plural(set->signature_count));
	else if (told == 0)
		say(text, ", %u record%s", set->count, plural(set->count));
	else if (told < set->count)
		append(text, ", …");
}

static void say_alias(struct text *text, const struct reply *reply,
		      const struct question *question)
{
	char printed[NAME_TEXT_SIZE];
	struct name target;

	if (reply_alias(reply, question, &target))
		say(text, "alias of %s", name_print(&target, printed));
	else
		say(text, "alias of a name that is too long");
}

static void say_referral(struct text *text, const struct reply *reply)
{
	char printed[NAME_TEXT_SIZE];

	for (const struct rrset *set = reply->sections[SECTION_AUTHORITY].first; set != NULL;
	     set = set->next) {
		if (set->type != TYPE_NS)
			continue;
		say(text, "refers to %s, %u server%s", name_print(&set->owner, printed),
		       set->count, plural(set->count));
		return;
	}
}

static void say_rcode(struct text *text, const struct reply *reply)
{
	char rcode[RCODE_TEXT_SIZE];

	say(text, "%s", text_rcode(reply->rcode, rcode));
}

static void say_lame(struct text *text, const struct reply *reply)
{
	if (reply->rcode != RCODE_NOERROR)
		say_rcode(text, reply);
	else if (reply->misdirects)
		say(text, "points away from the zone");
	else if ((reply->header.flags & FLAG_AA) == 0)
		say(text, "doesn't speak for the zone");
	else
		say(text, "answers something else");
}

char *reply_summary(const struct reply *reply, enum reading reading,
		    const struct question *question, char *into, size_t size)
{
	struct text text = { .start = into, .size = size };
	char type[TYPE_TEXT_SIZE];

	if (size != 0)
		into[0] = '\0';
	switch (reading) {
	case READS_ANSWER:
		say_answer(&text, reply, question);
		break;
	case READS_ALIAS:
		say_alias(&text, reply, question);
		break;
	case READS_NO_NAME:
		say(&text, "no such name");
		break;
	case READS_NO_TYPE:
		say(&text, "no %s there", text_type(question->type, type));
		break;
	case READS_REFERRAL:
		say_referral(&text, reply);
		break;
	case READS_LAME:
		say_lame(&text, reply);
		break;
	case READS_TRUNCATED:
		say(&text, "truncated");
		break;
	case READS_MALFORMED:
		say(&text, "breaks the format");
		break;
	case READS_REFUSED:
	case READS_SERVER_FAILURE:
	case READS_OTHER_ERROR:
		say_rcode(&text, reply);
		break;
	}
	if (reply->ede != EDE_NONE && reading >= READS_LAME)
		say(&text, ", extended error %u", reply->ede);
	return into;
}
