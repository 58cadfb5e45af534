/* SPDX-License-Identifier: MIT */
/* prose.h — what the manual says besides the tables, in a form that every page format can be
 * made from.
 *
 * In texts, `so` marks what is typed. A list of pieces ends with a piece of kind PROSE_END. */
#ifndef XYLEM_CONFIG_PROSE_H
#define XYLEM_CONFIG_PROSE_H

enum prose_kind { PROSE_END, PROSE_HEADING, PROSE_PARAGRAPH, PROSE_ITEM, PROSE_CODE };

struct prose {
	enum prose_kind kind;
	const char     *text;
	const char     *term;           /* of a PROSE_ITEM: what the text explains */
};

extern const struct prose prose_settings[];     /* how a file is written */
extern const struct prose prose_daemon[];       /* xylemd(8) before its options … */
extern const struct prose prose_running[];      /* … and behind them */

#endif
