/* SPDX-License-Identifier: MIT */
/* value.c — a node of the file, or the text of an option, into a setting's field. */
#include "resolver/config/value.h"

#include <string.h>

#include "cache/base/must.h"
#include "resolver/config/zones.h"

static void *field_of(const struct setting *setting, void *base)
{
	return (char *)base + setting->offset;
}

static struct place place_of(const struct reading *reading, const struct node *node)
{
	return (struct place){ .file = reading->file,
			       .line = node->line,
			       .option = reading->option };
}

static bool no_memory(struct reading *reading, const struct node *node)
{
	report_error(reading->report, place_of(reading, node), "out of memory");
	return false;
}

/* The one refusal of values: what it is, and what was expected. */
static bool refuse(struct reading *reading, const struct setting *setting, const struct node *node)
{
	const char *expected = setting_expects(setting, &reading->report->arena);
	bool may_be_ipv6 = setting->kind == ADDRESSES || setting->kind == NETWORKS;
	struct place place = place_of(reading, node);

	if (node->kind == NODE_LIST)
		report_error(reading->report, place, "'%s' is a list; expected %s", setting->key,
			     expected);
	else if (node->kind == NODE_GROUP)      /* for YAML, "- ::" is a group */
		report_error(reading->report, place, "'%s' is a group of settings; expected %s%s",
			     setting->key, expected,
			     may_be_ipv6 ? " (what ends in ':' needs quotes)" : "");
	else if (node_is_nothing(node))
		report_error(reading->report, place, "'%s' has no value; expected %s", setting->key,
			     expected);
	else
		report_error(reading->report, place, "'%s' is '%s'; expected %s", setting->key,
			     report_quote(reading->report, node->text), expected);
	return false;
}

/* ---- single values ---- */

static bool read_yes_or_no(const char *text, bool *into)
{
	static const char *const yes[] = { "yes", "true", "on" };
	static const char *const no[] = { "no", "false", "off" };

	for (size_t i = 0; i < 3; i++) {
		if (strcmp(text, yes[i]) == 0) {
			*into = true;
			return true;
		}
		if (strcmp(text, no[i]) == 0) {
			*into = false;
			return true;
		}
	}
	return false;
}

/* The number that the text means, in the field's own unit. */
static bool read_number(const struct setting *setting, const char *text, uint64_t *into)
{
	if (setting->kind == NUMBER) return parse_count(text, into);
	if (setting->kind == SIZE) return parse_size(text, into);
	if (!parse_milliseconds(text, setting->kind == SECONDS, into)) return false;
	if (setting->kind == MILLISECONDS) return true;
	if (*into % 1000 != 0) return false;
	*into /= 1000;
	return true;
}

static bool store_number(const struct setting *setting, const char *text, void *field)
{
	uint64_t value;

	if (!read_number(setting, text, &value)) return false;
	if (value < setting->least || value > setting->most) return false;
	if (setting->kind == SIZE) *(uint64_t *)field = value;
	else *(uint32_t *)field = (uint32_t)value;
	return true;
}

/* Which of the row's words it is; -1 for none. */
static int word_of(const struct setting *setting, const char *text)
{
	for (int i = 0; i < SETTING_MAX_WORDS && setting->words[i] != NULL; i++)
		if (strcmp(text, setting->words[i]) == 0) return i;
	return -1;
}

static bool means_null(const char *text)
{
	return strcmp(text, "none") == 0 || strcmp(text, "built-in") == 0;
}

static bool store_word(const struct setting *setting, const char *text, void *field)
{
	int word = word_of(setting, text);

	if (word < 0) return false;
	memcpy(field, &word, sizeof(word));
	return true;
}

static bool text_is_acceptable(const struct setting *setting, const char *text)
{
	size_t length = strlen(text);

	if (length == 0 || length > setting->most) return false;
	if (setting->kind == PATH) /* a misspelt word must not become a file's name */
		return setting->words[0] == NULL || strpbrk(text, "/.") != NULL;
	for (size_t i = 0; i < length; i++)
		if (text[i] <= ' ' || text[i] >= 127) return false;
	return true;
}

static bool store_text(struct reading *reading, const struct setting *setting,
		       const struct node *node, void *field)
{
	const char *copy = NULL;

	if (word_of(setting, node->text) < 0 && !text_is_acceptable(setting, node->text))
		return refuse(reading, setting, node);
	if (word_of(setting, node->text) < 0 || !means_null(node->text)) {
		copy = (const char *)arena_copy(reading->arena,
						bytes_of(node->text, strlen(node->text) + 1))
			       .at;
		if (copy == NULL) return no_memory(reading, node);
	}
	memcpy(field, &copy, sizeof(copy));
	return true;
}

static bool store_name(struct reading *reading, const struct setting *setting,
		       const struct node *node, void *field)
{
	const char *name = parse_name(node->text, reading->arena);

	if (name == NULL) return refuse(reading, setting, node);
	memcpy(field, &name, sizeof(name));
	return true;
}

static bool read_single(struct reading *reading, const struct setting *setting,
			const struct node *node, void *field)
{
	bool good = false;

	if (node->kind != NODE_TEXT || node_is_nothing(node)) return refuse(reading, setting, node);
	switch (setting->kind) {
	case YES_OR_NO:
		good = read_yes_or_no(node->text, field);
		break;
	case NUMBER:
	case SIZE:
	case SECONDS:
	case MILLISECONDS:
		good = store_number(setting, node->text, field);
		break;
	case WORD:
		good = store_word(setting, node->text, field);
		break;
	case TEXT:
	case PATH:
		return store_text(reading, setting, node, field);
	case NAME:
		return store_name(reading, setting, node, field);
	case ADDRESSES:
	case NETWORKS:
	case NAMES:
	case ZONES:
	case SETTING_KINDS:
		unreachable();
	}
	return good || refuse(reading, setting, node);
}

/* ---- lists ---- */

/* Where the items of a list are put. Networks may be more than items: `loopback` is two. */
struct filling {
	struct reading *reading;
	const struct setting *setting;
	void *at;
	size_t count;
};

static bool fill_address(struct filling *filling, const struct node *item)
{
	struct address *into = (struct address *)filling->at + filling->count;
	struct address written;

	/* With 1 as the default, 0 can only have been written; and there is no port 0. */
	if (!address_parse(item->text, 1, &written) || written.port == 0)
		return refuse(filling->reading, filling->setting, item);
	must(address_parse(item->text, filling->setting->port, into));
	filling->count++;
	return true;
}

enum {
	NETWORKS_PER_WORD = 6,
};

static const struct {
	const char *word;
	const char *networks[NETWORKS_PER_WORD];
} network_words[] = {
	{ "all", { "0.0.0.0/0", "::/0" } },
	{ "loopback", { "127.0.0.0/8", "::1/128" } },
	/* RFC 1918, RFC 3927, RFC 4193, RFC 4291 §2.5.6 */
	{ "private",
	  { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7",
	    "fe80::/10" } },
};

/* The network with no bits beyond its length. */
static struct network trimmed(struct network network)
{
	for (unsigned bit = network.bits; bit < 128; bit++)
		network.address.octets[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	return network;
}

static bool fill_network(struct filling *filling, const struct node *item)
{
	struct network *into = (struct network *)filling->at + filling->count;
	char text[ADDRESS_TEXT_SIZE];
	struct network exact;

	for (size_t word = 0; word < sizeof(network_words) / sizeof(network_words[0]); word++) {
		if (strcmp(item->text, network_words[word].word) != 0) continue;
		for (size_t i = 0; i < NETWORKS_PER_WORD && network_words[word].networks[i] != NULL;
		     i++) {
			must(network_parse(network_words[word].networks[i], into++));
			filling->count++;
		}
		return true;
	}
	if (!network_parse(item->text, into))
		return refuse(filling->reading, filling->setting, item);
	exact = trimmed(*into);
	if (!address_equal(&exact.address, &into->address)) {
		report_error(
			filling->reading->report, place_of(filling->reading, item),
			"'%s' is '%s', which has bits set beyond its length; did you mean '%s/%u'?",
			filling->setting->key, item->text, address_print(&exact.address, text),
			exact.bits);
		return false;
	}
	filling->count++;
	return true;
}

static bool fill_name(struct filling *filling, const struct node *item)
{
	const char *name = parse_name(item->text, filling->reading->arena);

	if (name == NULL) return refuse(filling->reading, filling->setting, item);
	((const char **)filling->at)[filling->count++] = name;
	return true;
}

static bool fill(struct filling *filling, const struct node *item)
{
	if (item->kind != NODE_TEXT || node_is_nothing(item))
		return refuse(filling->reading, filling->setting, item);
	if (filling->setting->kind == ADDRESSES) return fill_address(filling, item);
	if (filling->setting->kind == NETWORKS) return fill_network(filling, item);
	return fill_name(filling, item);
}

static size_t count_items(const struct node *list)
{
	size_t items = 0;

	for (const struct node *item = list->first; item != NULL; item = item->next)
		items++;
	return items;
}

/* Octets for so many items, and for one more so that there is always something to point to. */
static size_t room_for(const struct setting *setting, const struct node *node, size_t items)
{
	size_t words = node->kind == NODE_TEXT;

	if (setting->kind == ADDRESSES) return (items + 1) * sizeof(struct address);
	if (setting->kind == NAMES) return (items + 1) * sizeof(const char *);
	for (const struct node *item = node->first; item != NULL; item = item->next)
		words += item->kind == NODE_TEXT && strpbrk(item->text, ":/.") == NULL;
	return (items + 1 + words * NETWORKS_PER_WORD) * sizeof(struct network);
}

_Static_assert(offsetof(struct config_addresses, count) ==
			       offsetof(struct config_networks, count) &&
		       offsetof(struct config_addresses, count) ==
			       offsetof(struct config_names, count),
	       "lists are stored alike");

/* A list of texts; or a single one, which is a list of one. */
static bool read_list(struct reading *reading, const struct setting *setting,
		      const struct node *node, void *field)
{
	struct filling filling = { .reading = reading, .setting = setting };
	size_t items = node->kind == NODE_LIST ? count_items(node) : 1;
	bool good = true;

	if (node->kind == NODE_GROUP || node_is_nothing(node))
		return refuse(reading, setting, node);
	if (items > setting->most) {
		report_error(reading->report, place_of(reading, node),
			     "'%s' has %zu items; at most %zu are taken", setting->key, items,
			     (size_t)setting->most);
		return false;
	}
	if (items < setting->least) {
		report_error(reading->report, place_of(reading, node),
			     "'%s' is an empty list; expected %s", setting->key,
			     setting_expects(setting, &reading->report->arena));
		return false;
	}
	filling.at = arena_take(reading->arena, room_for(setting, node, items));
	if (filling.at == NULL) return no_memory(reading, node);
	if (node->kind == NODE_TEXT) good = fill(&filling, node);
	else
		for (const struct node *item = node->first; item != NULL; item = item->next)
			good &= fill(&filling, item);
	/* The three structs of lists are alike: where, and how many. */
	((struct config_addresses *)field)->at = filling.at;
	((struct config_addresses *)field)->count = filling.count;
	return good;
}

bool value_read(struct reading *reading, const struct setting *setting, const struct node *node,
		void *base)
{
	switch (setting->kind) {
	case YES_OR_NO:
	case NUMBER:
	case SIZE:
	case SECONDS:
	case MILLISECONDS:
	case WORD:
	case TEXT:
	case PATH:
	case NAME:
		return read_single(reading, setting, node, field_of(setting, base));
	case ADDRESSES:
	case NETWORKS:
	case NAMES:
		return read_list(reading, setting, node, field_of(setting, base));
	case ZONES:
		return zones_read(reading, setting, node, field_of(setting, base));
	case SETTING_KINDS:
		break;
	}
	unreachable();
}

/* The items between commas, as nodes. */
struct node *value_split(const char *text, struct arena *arena)
{
	struct node *list = arena_take(arena, sizeof(*list));

	if (list == NULL) return NULL;
	list->kind = NODE_LIST;
	while (text[0] != '\0') {
		size_t length = strcspn(text, ",");
		const char *end = text + length;
		struct node *item = arena_take(arena, sizeof(*item));
		char *copy;

		while (length > 0 && text[0] == ' ') {
			text++;
			length--;
		}
		while (length > 0 && text[length - 1] == ' ')
			length--;
		copy = arena_take(arena, length + 1);
		if (item == NULL || copy == NULL) return NULL;
		memcpy(copy, text, length);
		*item = (struct node){ .kind = NODE_TEXT, .text = copy };
		if (list->first == NULL) list->first = item;
		else list->last->next = item;
		list->last = item;
		text = *end == ',' ? end + 1 : end;
	}
	return list;
}
