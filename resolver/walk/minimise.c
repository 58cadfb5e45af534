/* SPDX-License-Identifier: MIT */
/* minimise.c — RFC 9156 §2.3. */
#include "resolver/walk/minimise.h"

#include "cache/base/limits.h"
#include "cache/dns.h"

unsigned minimise_labels(unsigned shown, unsigned labels, unsigned count)
{
	unsigned left, rounds;

	if (shown >= labels || count >= MAX_MINIMISED)
		return labels;
	if (count < MINIMISED_ONE_BY_ONE)
		return shown + 1;
	left = labels - shown;
	rounds = MAX_MINIMISED - count;
	return shown + (left + rounds - 1) / rounds;
}

void minimise(const struct question *sought, unsigned labels, struct question *into)
{
	if (labels >= name_labels(&sought->name)) {
		*into = *sought;
		return;
	}
	name_ancestor(&sought->name, labels, &into->name);
	into->type = TYPE_A;
	into->class = sought->class;
}
