/* SPDX-License-Identifier: MIT */
/* write.c — values as texts, configurations as files, and what differs between two of them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "resolver/config/value.h"
#include "resolver/config/zones.h"

struct unit {
	const char *name;
	uint64_t size;
};

static const struct unit size_units[] = {
	{ "TB", 1ull << 40 }, { "GB", 1ull << 30 }, { "MB", 1ull << 20 },
	{ "KB", 1ull << 10 }, { "B", 1 },
};
static const struct unit second_units[] = {
	{ "d", 86400 },
	{ "h", 3600 },
	{ "m", 60 },
	{ "s", 1 },
};
static const struct unit millisecond_units[] = {
	{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 },
};

/* In the largest unit that it is a multiple of; a zero in the smallest. */
static const char *with_unit(const struct unit *units, size_t count, uint64_t value, char *into)
{
	size_t i = 0;

	while (i + 1 < count && (value == 0 || value % units[i].size != 0))
		i++;
	snprintf(into, SETTING_NUMBER_TEXT, "%" PRIu64 "%s", value / units[i].size, units[i].name);
	return into;
}

const char *value_number_text(enum setting_kind kind, uint64_t value, char *into)
{
	if (kind == SIZE)
		return with_unit(size_units, sizeof(size_units) / sizeof(size_units[0]), value,
				 into);
	if (kind == SECONDS)
		return with_unit(second_units, sizeof(second_units) / sizeof(second_units[0]),
				 value, into);
	if (kind == MILLISECONDS)
		return with_unit(millisecond_units,
				 sizeof(millisecond_units) / sizeof(millisecond_units[0]), value,
				 into);
	snprintf(into, SETTING_NUMBER_TEXT, "%" PRIu64, value);
	return into;
}

/* A text as YAML: bare where no reader could take it for anything else, otherwise between quotes.
 */
static void write_text(const char *text, FILE *to)
{
	static const char harmless[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./@-+";

	if (text[0] != '\0' && strchr("@-", text[0]) == NULL &&
	    text[strspn(text, harmless)] == '\0' && strcmp(text, "null") != 0) {
		fputs(text, to);
		return;
	}
	fputc('"', to);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\') fputc('\\', to);
		fputc(*text, to);
	}
	fputc('"', to);
}

static void write_address(const struct address *address, FILE *to)
{
	char text[ADDRESS_TEXT_SIZE];

	write_text(address->port == 0 ? address_print(address, text)
				      : address_print_with_port(address, text),
		   to);
}

static void write_network(const struct network *network, FILE *to)
{
	char address[ADDRESS_TEXT_SIZE], text[ADDRESS_TEXT_SIZE + 8];

	snprintf(text, sizeof(text), "%s/%u", address_print(&network->address, address),
		 network->bits);
	write_text(text, to);
}

static void write_item(enum setting_kind kind, const void *list, size_t i, FILE *to)
{
	if (kind == ADDRESSES) write_address(&((const struct config_addresses *)list)->at[i], to);
	else if (kind == NETWORKS)
		write_network(&((const struct config_networks *)list)->at[i], to);
	else write_text(((const struct config_names *)list)->at[i], to);
}

static void write_list(enum setting_kind kind, const void *list, FILE *to)
{
	size_t count = ((const struct config_addresses *)list)->count;

	fputc('[', to);
	for (size_t i = 0; i < count; i++) {
		if (i > 0) fputs(", ", to);
		write_item(kind, list, i, to);
	}
	fputc(']', to);
}

static void write_text_or_word(const struct setting *setting, const char *text, FILE *to)
{
	write_text(text != NULL ? text : setting->words[0],
		   to); /* only "none" and "built-in" are NULL */
}

void value_write(const struct setting *setting, const void *base, FILE *to)
{
	const void *field = (const char *)base + setting->offset;
	char number[SETTING_NUMBER_TEXT];

	switch (setting->kind) {
	case YES_OR_NO:
		fputs(*(const bool *)field ? "yes" : "no", to);
		return;
	case NUMBER:
	case SECONDS:
	case MILLISECONDS:
		fputs(value_number_text(setting->kind, *(const uint32_t *)field, number), to);
		return;
	case SIZE:
		fputs(value_number_text(SIZE, *(const uint64_t *)field, number), to);
		return;
	case WORD:
		fputs(setting->words[*(const int *)field], to);
		return;
	case TEXT:
	case PATH:
	case NAME:
		write_text_or_word(setting, *(const char *const *)field, to);
		return;
	case ADDRESSES:
	case NETWORKS:
	case NAMES:
		write_list(setting->kind, field, to);
		return;
	case ZONES:
		zones_write(field, to);
		return;
	case SETTING_KINDS:
		break;
	}
	unreachable();
}

void config_print(const struct config *config, FILE *to)
{
	for (size_t i = 0; i < settings_count; i++) {
		const struct config_origin *origin = &config->origins[i];

		fprintf(to, "%s: ", settings[i].key);
		value_write(&settings[i], config, to);
		if (origin->from == CONFIG_FROM_FILE)
			fprintf(to, "  # %s:%d\n", config->path, origin->line);
		else
			fprintf(to, "  # %s\n",
				origin->from == CONFIG_DEFAULT ? "default" : origin->option);
	}
}

/* All values of a configuration, one behind the other. */
struct values {
	char *text; /* NULL: no memory */
	size_t ends[CONFIG_MAX_SETTINGS];
};

static void values_init(struct values *values, const struct config *config)
{
	bool good = true;
	size_t length;
	FILE *to;

	values->text = NULL;
	to = open_memstream(&values->text, &length);
	if (to == NULL) return;
	for (size_t i = 0; i < settings_count && good; i++) {
		value_write(&settings[i], config, to);
		good = fflush(to) == 0; /* now `length` is right */
		values->ends[i] = length;
	}
	if (fclose(to) == 0 && good) return;
	free(values->text);
	values->text = NULL;
}

static struct bytes value_at(const struct values *values, size_t i)
{
	size_t begin = i == 0 ? 0 : values->ends[i - 1];

	return bytes_of(values->text + begin, values->ends[i] - begin);
}

/* What can't be compared for want of memory counts as different: a change is never passed over. */
static bool value_differs(const struct values *before, const struct values *after, size_t i)
{
	if (before->text == NULL || after->text == NULL) return true;
	return !bytes_equal(value_at(before, i), value_at(after, i));
}

size_t config_differences(const struct config *old, const struct config *new,
			  struct config_difference *into, size_t room)
{
	struct values before, after;
	size_t count = 0;

	values_init(&before, old);
	values_init(&after, new);
	for (size_t i = 0; i < settings_count; i++) {
		if (!value_differs(&before, &after, i)) continue;
		if (count < room)
			into[count] = (struct config_difference){
				.key = settings[i].key,
				.needs_restart = settings[i].needs_restart,
			};
		count++;
	}
	free(before.text);
	free(after.text);
	return count;
}
