/* SPDX-License-Identifier: MIT */
/* tree.c — libyaml's events, made into a tree. */
#include "resolver/config/tree.h"

#include <string.h>
#include <yaml.h>

/* A tree while it grows. */
struct growth {
	struct node *open[TREE_MAX_DEPTH]; /* from the root to where the next node goes */
	size_t depth;
	struct node *root;
	const char *key; /* read, its value not yet; inside a group only */
	int key_line;
	size_t nodes;
	bool has_ended; /* the one document is over */
	const char *file;
	struct arena *arena;
	struct config_report *report;
};

static struct place place_of(const struct growth *growth, int line)
{
	return (struct place){ .file = growth->file, .line = line };
}

static bool refuse(struct growth *growth, int line, const char *why)
{
	report_error(growth->report, place_of(growth, line), "%s", why);
	return false;
}

static int line_of(const yaml_event_t *event)
{
	return (int)event->start_mark.line + 1;
}

/* Makes a node where the tree grows. The caller has looked that one may stand here. */
static struct node *add_node(struct growth *growth, enum node_kind kind, int line)
{
	struct node *parent = growth->depth > 0 ? growth->open[growth->depth - 1] : NULL;
	struct node *node;

	if (growth->nodes++ == TREE_MAX_NODES) {
		report_error(growth->report, place_of(growth, line),
			     "there is too much in this file: at most %d values are read",
			     TREE_MAX_NODES);
		return NULL;
	}
	node = arena_take(growth->arena, sizeof(*node));
	if (node == NULL) {
		refuse(growth, line, "out of memory");
		return NULL;
	}
	*node = (struct node){
		.kind = kind, .line = line, .key = growth->key, .key_line = growth->key_line
	};
	growth->key = NULL;
	if (parent == NULL) growth->root = node;
	else if (parent->first == NULL) parent->first = node;
	else parent->last->next = node;
	if (parent != NULL) parent->last = node;
	return node;
}

/* Control characters, line breaks beyond ASCII (U+0085, U+2028, U+2029), and what is no character:
 * none of them belongs in a setting, and no line that quotes one would stay a line. The text is
 * UTF-8: libyaml has seen to it. */
static bool is_unclean(const unsigned char *at, size_t left)
{
	if (at[0] < ' ' || at[0] == 127)
		return true;
	if (left >= 2 && at[0] == 0xc2 && at[1] < 0xa0)
		return true;
	if (left >= 3 && at[0] == 0xe2 && at[1] == 0x80 && (at[2] == 0xa8 || at[2] == 0xa9))
		return true;
	if (left >= 3 && at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf)
		return true;
	return left >= 3 && at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe;
}

static bool text_is_clean(struct bytes text)
{
	for (size_t i = 0; i < text.length; i++)
		if (is_unclean(text.at + i, text.length - i))
			return false;
	return true;
}

/* NULL: no memory. */
static char *copy_text(struct arena *arena, struct bytes from)
{
	char *copy = arena_take(arena, from.length + 1);

	if (copy != NULL) memcpy(copy, from.at, from.length);
	return copy;
}

static bool is_at_key(const struct growth *growth)
{
	return growth->depth > 0 && growth->open[growth->depth - 1]->kind == NODE_GROUP &&
	       growth->key == NULL;
}

static bool take_text(struct growth *growth, const yaml_event_t *event)
{
	struct bytes bytes = bytes_of(event->data.scalar.value, event->data.scalar.length);
	bool is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	struct node *node;
	const char *text;

	if (event->data.scalar.anchor != NULL)
		return refuse(growth, line_of(event),
			      "anchors (&) aren't used here; write the value itself");
	if (event->data.scalar.tag != NULL)
		return refuse(growth, line_of(event),
			      "tags (!) aren't used here; write the value itself");
	if (!text_is_clean(bytes))
		return refuse(growth, line_of(event),
			      "a value holds line breaks or control characters");
	text = copy_text(growth->arena, bytes);
	if (text == NULL) return refuse(growth, line_of(event), "out of memory");
	if (is_at_key(growth)) {
		growth->key = text;
		growth->key_line = line_of(event);
		return true;
	}
	node = add_node(growth, NODE_TEXT, line_of(event));
	if (node == NULL) return false;
	if (is_plain && (strcmp(text, "~") == 0 || strcmp(text, "null") == 0)) text = "";
	node->text = text;
	return true;
}

static bool open_node(struct growth *growth, enum node_kind kind, const yaml_event_t *event,
		      bool has_anchor, bool has_tag)
{
	struct node *node;

	if (has_anchor)
		return refuse(growth, line_of(event),
			      "anchors (&) aren't used here; write the value itself");
	if (has_tag)
		return refuse(growth, line_of(event),
			      "tags (!) aren't used here; write the value itself");
	if (is_at_key(growth))
		return refuse(growth, line_of(event),
			      "expected the name of a setting, not a list or a group");
	if (growth->depth == TREE_MAX_DEPTH)
		return refuse(growth, line_of(event), "lists and groups are nested too deeply");
	node = add_node(growth, kind, line_of(event));
	if (node == NULL) return false;
	growth->open[growth->depth++] = node;
	return true;
}

static bool close_node(struct growth *growth)
{
	growth->depth--;
	return true;
}

/* False: the report says why. */
static bool take_event(struct growth *growth, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return take_text(growth, event);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(growth, NODE_LIST, event,
				 event->data.sequence_start.anchor != NULL,
				 event->data.sequence_start.tag != NULL);
	case YAML_MAPPING_START_EVENT:
		return open_node(growth, NODE_GROUP, event,
				 event->data.mapping_start.anchor != NULL,
				 event->data.mapping_start.tag != NULL);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_node(growth);
	case YAML_ALIAS_EVENT:
		return refuse(growth, line_of(event),
			      "aliases (*) aren't used here; write the value itself");
	case YAML_DOCUMENT_START_EVENT:
		if (growth->has_ended)
			return refuse(growth, line_of(event),
				      "a second document (---) begins; one is read");
		return true;
	case YAML_DOCUMENT_END_EVENT:
		growth->has_ended = true;
		return true;
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_NO_EVENT:
		return true;
	}
	return refuse(growth, line_of(event), "this can't be read");
}

/* libyaml's own words, with a hint for the two mistakes that its words don't explain. */
static bool refuse_yaml(struct growth *growth, const yaml_parser_t *parser)
{
	const char *problem = parser->problem != NULL ? parser->problem : "it can't be read";
	int line = (int)parser->problem_mark.line + 1;
	const char *hint = "";

	if (parser->error == YAML_MEMORY_ERROR) return refuse(growth, 0, "out of memory");
	if (parser->error == YAML_READER_ERROR) {
		report_error(growth->report, place_of(growth, 0), "not YAML: %s, at octet %zu",
			     problem, parser->problem_offset);
		return false;
	}
	if (strstr(problem, "cannot start any token") != NULL)
		hint = " (is it a tab? YAML is indented with spaces; and what begins with @, ` or "
		       "% needs quotes)";
	else if (strstr(problem, "expected ',' or ']'") != NULL ||
		 strstr(problem, "expected node content") != NULL)
		hint = " (an IPv6 address or network between [ and ] needs quotes)";
	report_error(growth->report, place_of(growth, line), "not YAML: %s%s", problem, hint);
	return false;
}

static bool grow(struct growth *growth, yaml_parser_t *parser)
{
	for (bool more = true; more;) {
		yaml_event_t event;
		bool good;

		if (!yaml_parser_parse(parser, &event)) return refuse_yaml(growth, parser);
		more = event.type != YAML_STREAM_END_EVENT;
		good = take_event(growth, &event);
		yaml_event_delete(&event);
		if (!good) return false;
	}
	return true;
}

struct node *tree_read(const char *file, const char *text, size_t length, struct arena *arena,
		       struct config_report *report)
{
	struct growth growth = { .file = file, .arena = arena, .report = report };
	yaml_parser_t parser;
	bool good;

	if (length > TREE_MAX_OCTETS) {
		refuse(&growth, 0, "the file is larger than 1MB");
		return NULL;
	}
	if (!yaml_parser_initialize(&parser)) {
		refuse(&growth, 0, "out of memory");
		return NULL;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
	good = grow(&growth, &parser);
	yaml_parser_delete(&parser);
	return good ? growth.root : NULL;
}

bool node_is_nothing(const struct node *node)
{
	return node->kind == NODE_TEXT && node->text[0] == '\0';
}
