/* SPDX-License-Identifier: MIT */
/* complaint.c — one line, cut off rather than left out. */
#include "resolver/complaint.h"

#include <stdarg.h>
#include <stdio.h>

bool complain(struct complaint *why, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	vsnprintf(why->text, sizeof(why->text), format, values);
	va_end(values);
	return false;
}
