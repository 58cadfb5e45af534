/* SPDX-License-Identifier: MIT */
/* docs.c — the pages that are made from the tables. */
#include "resolver/config/docs.h"

#include <ctype.h>
#include <string.h>

#include "resolver/config/arguments.h"
#include "resolver/config/prose.h"
#include "resolver/config/table.h"

enum {
	EXPECTS_OCTETS = 16 * 1024, /* what the words of one row may take */
};

struct group {
	const char *name;
	const char *title;
};

/* In the order of the table, which a test compares. */
static const struct group groups[] = {
	{ "", "The daemon" },
	{ "cache", "Cache" },
	{ "access", "Who may ask" },
	{ "upstream", "Asking servers" },
	{ "trace", "Traces" },
	{ "log", "Log" },
	{ "control", "Control socket" },
	{ "dnssec", "DNSSEC" },
	{ "telemetry", "Telemetry" },
	{ "serve-stale", "Stale answers" },
	{ "prefetch", "Prefetching" },
	{ "local-zones", "Names answered here" },
	{ "local-root", "A local root" },
	{ "rebinding", "Rebinding" },
	{ "cookies", "Cookies" },
	{ "ratelimit", "Rate limits" },
	{ "tcp", "TCP" },
	{ "tls", "TLS" },
	{ "doh", "HTTPS" },
	{ "identity", "Identity" },
	{ "proxy", "Load balancers" },
	{ "fallback", "Blocked networks" },
	{ "metrics", "Metrics" },
	{ "dnstap", "dnstap" },
};
static const size_t groups_count = sizeof(groups) / sizeof(groups[0]);

static bool is_in_group(const struct setting *setting, const struct group *group)
{
	size_t length = strlen(group->name);

	return setting_group_length(setting) == length &&
	       strncmp(setting->key, group->name, length) == 0;
}

static const char *default_of(const struct setting *setting)
{
	if (setting->rule != NULL) return setting->rule;
	if (setting->value == NULL) return "none: it must be given";
	return setting->value[0] == '\0' ? "nothing" : setting->value;
}

static const char *force_of(const struct setting *setting)
{
	if (setting->is_planned) return "no effect yet";
	return setting->needs_restart ? "restart" : "reload";
}

static const char *force_sentence(const struct setting *setting)
{
	if (setting->is_planned) return "No effect yet.";
	return setting->needs_restart ? "A change needs a restart."
				      : "A reload brings a change into force.";
}

/* What may stand there; of a list, what each of its items may be. */
static const char *value_of(const struct setting *setting, struct arena *arena)
{
	const char *expected = setting_expects(setting, arena);

	if (setting->kind == ADDRESSES || setting->kind == NETWORKS || setting->kind == NAMES)
		return arena_print(arena, "a list, each item %s", expected);
	return expected;
}

/* ---- Markdown ---- */

/* In a cell of a table a bar would end the cell. */
static void md_cell(FILE *to, const char *text)
{
	for (; *text != '\0'; text++)
		fprintf(to, *text == '|' ? "\\|" : "%c", *text);
}

static void md_prose(FILE *to, const struct prose *prose)
{
	for (; prose->kind != PROSE_END; prose++) {
		if (prose->kind == PROSE_HEADING) fprintf(to, "\n## %s\n\n", prose->text);
		else if (prose->kind == PROSE_PARAGRAPH) fprintf(to, "%s\n\n", prose->text);
		else if (prose->kind == PROSE_ITEM)
			fprintf(to, "- **%s**: %s\n", prose->term, prose->text);
		else fprintf(to, "```yaml\n%s```\n\n", prose->text);
	}
}

static void md_row(FILE *to, const struct setting *setting)
{
	struct arena arena;

	arena_init(&arena, EXPECTS_OCTETS);
	fprintf(to, "| `%s` | ", setting->key);
	md_cell(to, setting->sentence);
	fprintf(to, " | ");
	md_cell(to, value_of(setting, &arena));
	fprintf(to, " | ");
	md_cell(to, default_of(setting));
	fprintf(to, " | %s |\n", force_of(setting));
	arena_clear(&arena);
}

static void md_table(FILE *to, const char *title, const struct setting *rows, size_t count,
		     const struct group *group)
{
	fprintf(to,
		"\n## %s\n\n| setting | what it is for | value | default | in force after "
		"|\n|---|---|---|---|---|\n",
		title);
	for (size_t i = 0; i < count; i++)
		if (group == NULL || is_in_group(&rows[i], group)) md_row(to, &rows[i]);
}

static void write_config_md(FILE *to)
{
	fprintf(to, "# The settings of xylemd\n\n"
		    "<!-- Made by `xylemd --print-docs config.md` from resolver/config/table.c: "
		    "change that. -->\n\n");
	md_prose(to, prose_settings);
	for (size_t i = 0; i < groups_count; i++) {
		md_table(to, groups[i].title, settings, settings_count, &groups[i]);
		if (i == 0)
			md_table(to, "A zone of `stub` or `forward`", zone_settings,
				 zone_settings_count, NULL);
	}
}

/* ---- manual pages ---- */

/* Text for man: what stands between ` ` in bold, and nothing that roff could take for a request. */
static void man_text(FILE *to, const char *text)
{
	bool is_bold = false;

	if (text[0] == '.' || text[0] == '\'') fputs("\\&", to);
	for (; *text != '\0'; text++) {
		if (*text == '`') {
			is_bold = !is_bold;
			fputs(is_bold ? "\\fB" : "\\fR", to);
		} else if (*text == '\\') {
			fputs("\\e", to);
		} else if (*text == '-' && (is_bold || text[1] == '-')) {
			fputs("\\-", to);
		} else if (*text == '~') {
			fputs("\\(ti", to);
		} else {
			fputc(*text, to);
		}
	}
	fputc('\n', to);
}

/* All of it typed as it is. */
static void man_bold(FILE *to, const char *text)
{
	fputs("\\fB", to);
	for (; *text != '\0'; text++)
		fprintf(to, *text == '-' ? "\\-" : "%c", *text);
	fputs("\\fR", to);
}

static void man_heading(FILE *to, const char *text)
{
	fputs(".SH ", to);
	for (; *text != '\0'; text++)
		fputc(toupper((unsigned char)*text), to);
	fputc('\n', to);
}

static void man_code(FILE *to, const char *lines)
{
	fputs(".PP\n.RS 4\n.nf\n", to);
	for (; *lines != '\0'; lines++) {
		if (*lines == '\\') fputs("\\e", to);
		else fprintf(to, *lines == '-' ? "\\-" : "%c", *lines);
	}
	fputs(".fi\n.RE\n", to);
}

static void man_prose(FILE *to, const struct prose *prose)
{
	for (; prose->kind != PROSE_END; prose++) {
		if (prose->kind == PROSE_HEADING) {
			man_heading(to, prose->text);
		} else if (prose->kind == PROSE_PARAGRAPH) {
			fputs(".PP\n", to);
			man_text(to, prose->text);
		} else if (prose->kind == PROSE_ITEM) {
			fputs(".TP\n", to);
			man_bold(to, prose->term);
			fputc('\n', to);
			man_text(to, prose->text);
		} else {
			man_code(to, prose->text);
		}
	}
}

static void man_setting(FILE *to, const struct setting *setting)
{
	struct arena arena;

	arena_init(&arena, EXPECTS_OCTETS);
	fputs(".TP\n", to);
	man_bold(to, setting->key);
	fputc('\n', to);
	man_text(to, setting->sentence);
	fputs(".br\n", to);
	man_text(to, arena_print(&arena, "Value: %s. Default: %s. %s", value_of(setting, &arena),
				 default_of(setting), force_sentence(setting)));
	arena_clear(&arena);
}

static void man_begin(FILE *to, const char *title, const char *section, const char *page)
{
	fprintf(to,
		".\\\" Made by xylemd \\-\\-print\\-docs %s: change resolver/config/ instead.\n",
		page);
	fprintf(to, ".TH %s %s \"\" \"xylem\" \"xylem\"\n", title, section);
}

static void write_yaml_5(FILE *to)
{
	man_begin(to, "XYLEMD.YAML", "5", "xylemd.yaml.5");
	fputs(".SH NAME\nxylemd.yaml \\- the settings of xylemd\n.SH DESCRIPTION\n", to);
	man_prose(to, prose_settings);
	for (size_t i = 0; i < groups_count; i++) {
		man_heading(to, groups[i].title);
		for (size_t j = 0; j < settings_count; j++)
			if (is_in_group(&settings[j], &groups[i])) man_setting(to, &settings[j]);
		if (i > 0) continue;
		man_heading(to, "A zone of stub or forward");
		for (size_t j = 0; j < zone_settings_count; j++)
			man_setting(to, &zone_settings[j]);
	}
	fputs(".SH SEE ALSO\nxylemd(8)\n", to);
}

static void man_option(FILE *to, const struct program_option *option)
{
	if (option->sentence != NULL && option->sentence[0] == '\0') return;
	fputs(".TP\n", to);
	if (option->letter != NULL) {
		man_bold(to, option->letter);
		fputs(", ", to);
	}
	man_bold(to, option->name);
	if (option->value != NULL) fprintf(to, " \\fI%s\\fR", option->value);
	fputc('\n', to);
	man_text(to, program_option_sentence(option));
	if (option->key != NULL) {
		fputs("The setting\n", to);
		man_bold(to, option->key);
		fputs(".\n", to);
	}
}

static void write_xylemd_8(FILE *to)
{
	man_begin(to, "XYLEMD", "8", "xylemd.8");
	fputs(".SH NAME\nxylemd \\- a caching recursive DNS resolver that shows its way\n", to);
	fputs(".SH SYNOPSIS\n\\fBxylemd\\fR [\\fB\\-c\\fR \\fIFILE\\fR] [\\fIOPTION\\fR]...\n", to);
	fputs(".SH DESCRIPTION\n", to);
	man_prose(to, prose_daemon);
	fputs(".SH OPTIONS\n", to);
	for (size_t i = 0; i < program_options_count; i++)
		man_option(to, &program_options[i]);
	man_prose(to, prose_running);
}

bool docs_write(const char *page, FILE *to)
{
	static const struct {
		const char *page;
		void (*write)(FILE *to);
	} pages[] = {
		{ "config.md", write_config_md },
		{ "xylemd.8", write_xylemd_8 },
		{ "xylemd.yaml.5", write_yaml_5 },
	};

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (strcmp(page, pages[i].page) != 0) continue;
		pages[i].write(to);
		return true;
	}
	return false;
}
