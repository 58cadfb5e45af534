/* SPDX-License-Identifier: MIT */
/* request.h — one line of octets in, one line of reply out. Knows nothing of sockets. */
#ifndef XYLEM_CONTROL_REQUEST_H
#define XYLEM_CONTROL_REQUEST_H

#include "resolver/control/control.h"

#include <jansson.h>
#include <sys/types.h>

/* One answered request's text with its final newline, on the heap: free() it. NULL: no memory.
 * `user` is for the log. */
MUST_USE char *control_answer(const struct control_host *host, struct bytes line, uid_t user);

/* {"ok": false, "error": …}, likewise. */
__attribute__((format(printf, 1, 2))) MUST_USE char *control_refuse(const char *format, ...);

/* --- between request.c and the verbs --- */

/* What a verb is given, and where it says why it won't. */
struct request {
	const struct control_host *host;
	const json_t              *members;
	char                       why[CONTROL_WHY_SIZE];
};

/* A verb gives the members of its reply: a new object; or NULL, and request->why has a sentence
 * (or is empty: no memory). */
struct verb {
	const char *name;
	bool        changes_things;     /* then it is logged */
	struct {
		const char *name;
		json_type   type;       /* JSON_TRUE: either truth value */
	} members[9];                   /* besides `verb`; up to one without a name */
	json_t *(*run)(struct request *request);
};

extern const struct verb control_verbs[];
extern const size_t control_verb_count;

/* Sets why; always gives NULL. */
__attribute__((format(printf, 2, 3))) json_t *request_refuse(struct request *request,
							     const char *format, ...);

/* That member, a domain name; false with why. */
MUST_USE bool request_take_name(struct request *request, const char *member, struct name *into);

/* The member `type`; 0 if there is none; false with why if it is no type. */
MUST_USE bool request_take_type(struct request *request, uint16_t *into);

/* `cache show` (show.c). */
json_t *show_cache(struct request *request);

/* zone_verbs.c */
json_t *run_zone_add(struct request *request);
json_t *run_zone_remove(struct request *request);
json_t *run_zone_list(struct request *request);

/* anchor_verbs.c */
json_t *run_anchors(struct request *request);
json_t *run_negative_add(struct request *request);
json_t *run_negative_remove(struct request *request);

#endif
