/* SPDX-License-Identifier: MIT */
/* oddserver.h — what an odd page is: a path and the acts that are its answer.
 *
 * Scripts are constant and end with ACT_CLOSE, ACT_RESET, ACT_HOLD or ACT_AGAIN. */
#ifndef LAB_ODDSERVER_H
#define LAB_ODDSERVER_H

#include <stddef.h>

enum act_kind {
	ACT_SEND,               /* text, as often as times says; with a pause: octet by octet */
	ACT_WAIT,               /* for pause milliseconds */
	ACT_HOLD,               /* say nothing more and keep the connection */
	ACT_RESET,              /* end the connection with a reset */
	ACT_CLOSE,              /* end it properly */
	ACT_AGAIN,              /* take another request on this connection */
};

struct act {
	enum act_kind kind;
	const char *text;
	size_t length;          /* octets of text; 0: it is a string */
	unsigned pause;         /* milliseconds */
	unsigned times;         /* repetitions; 0 is 1 */
};

/* The script of a path, or that of the page that says there is none. Never NULL. */
const struct act *odd_page_find(const char *path);

#endif
