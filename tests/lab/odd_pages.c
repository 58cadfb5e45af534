/* SPDX-License-Identifier: MIT */
/* odd_pages.c — the pages of odd.example.com: one path for each thing that goes wrong between
 * servers and clients.
 *
 * "/" lists them all. To add one: write it down here. */
#include <string.h>

#include "oddserver.h"

enum { ACTS = 8 };

struct odd_page {
	const char *path;
	const char *shows;
	struct act acts[ACTS];
};

#define SAY(string)            { .kind = ACT_SEND, .text = (string) }
#define SAY_OCTETS(string)     { .kind = ACT_SEND, .text = (string), .length = sizeof(string) - 1 }
#define SAY_TIMES(n, string)   { .kind = ACT_SEND, .text = (string), .times = (n) }
#define TRICKLE(ms, string)    { .kind = ACT_SEND, .text = (string), .pause = (ms) }
#define WAIT(ms)               { .kind = ACT_WAIT, .pause = (ms) }
#define HOLD                   { .kind = ACT_HOLD }
#define RESET                  { .kind = ACT_RESET }
#define CLOSE                  { .kind = ACT_CLOSE }
#define AGAIN                  { .kind = ACT_AGAIN }

#define OK          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
#define BODY        "Content-Length: 6\r\n\r\nhello\n"
#define HELLO       OK BODY
#define CHUNKED     OK "Transfer-Encoding: chunked\r\n\r\n"
#define TWENTY      OK "Content-Length: 20\r\n\r\n"
#define FOUND       "HTTP/1.1 302 Found\r\n"
#define EMPTY       "Content-Length: 0\r\n\r\n"

static const struct odd_page pages[] = {
	{ "/good", "nothing odd: for comparison", { SAY(HELLO), AGAIN } },

	/* time */
	{ "/silent", "takes the request, never answers", { HOLD } },
	{ "/late", "answers after two seconds", { WAIT(2000), SAY(HELLO), AGAIN } },
	{ "/slow-head", "the head octet by octet, 50 ms each",
		{ TRICKLE(50, HELLO), AGAIN } },
	{ "/slow-body", "the body octet by octet, 100 ms each",
		{ SAY(TWENTY), TRICKLE(100, "twenty slow octets.\n"), AGAIN } },
	{ "/stalled-body", "half of the body, then silence",
		{ SAY(TWENTY "ten octets"), HOLD } },

	/* ends too early */
	{ "/close", "closes without a word", { CLOSE } },
	{ "/reset", "resets without a word", { RESET } },
	{ "/close-in-status", "closes within the status line",
		{ SAY("HTTP/1.1 20"), CLOSE } },
	{ "/close-in-head", "closes within the head", { SAY(OK "Content-Le"), CLOSE } },
	{ "/close-in-body", "closes after half of the announced body",
		{ SAY(TWENTY "ten octets"), CLOSE } },
	{ "/reset-in-body", "resets after half of the announced body",
		{ SAY(TWENTY "ten octets"), WAIT(50), RESET } },
	{ "/close-in-chunk", "closes within a chunk",
		{ SAY(CHUNKED "14\r\nten octets"), CLOSE } },
	{ "/no-last-chunk", "closes where the last chunk is missing",
		{ SAY(CHUNKED "6\r\nhello\n\r\n"), CLOSE } },

	/* lengths */
	{ "/until-close", "no length at all: the body ends with the connection",
		{ SAY("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello\n"), CLOSE } },
	{ "/two-lengths", "two lengths that disagree",
		{ SAY(OK "Content-Length: 6\r\nContent-Length: 7\r\n\r\nhello\n"), CLOSE } },
	{ "/same-lengths", "two lengths that agree",
		{ SAY(OK "Content-Length: 6\r\n" BODY), AGAIN } },
	{ "/length-and-chunks", "a length and chunks (request smuggling)",
		{ SAY(OK "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
		      "6\r\nhello\n\r\n0\r\n\r\n"),
		  CLOSE } },
	{ "/length-negative", "a length of minus six",
		{ SAY(OK "Content-Length: -6\r\n\r\nhello\n"), CLOSE } },
	{ "/length-huge", "a length beyond 64 bits",
		{ SAY(OK "Content-Length: 99999999999999999999999\r\n\r\nhello\n"), CLOSE } },
	{ "/length-words", "a length in words",
		{ SAY(OK "Content-Length: six\r\n\r\nhello\n"), CLOSE } },
	{ "/too-much", "more body than announced",
		{ SAY(OK "Content-Length: 6\r\n\r\nhello\nand more\n"), CLOSE } },
	{ "/body-of-204", "a body where there may be none",
		{ SAY("HTTP/1.1 204 No Content\r\n" BODY), CLOSE } },

	/* chunks */
	{ "/chunks", "two chunks, with an extension and a trailer",
		{ SAY(OK "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
		      "1;name=value\r\nh\r\n5\r\nello\n\r\n0\r\nX-Sum: 6\r\n\r\n"),
		  AGAIN } },
	{ "/slow-chunks", "a chunk each half second",
		{ SAY(CHUNKED "4\r\none\n\r\n"), WAIT(500), SAY("4\r\ntwo\n\r\n"), WAIT(500),
		  SAY("6\r\nthree\n\r\n0\r\n\r\n"), AGAIN } },
	{ "/chunk-size-bad", "a chunk's size that is no number",
		{ SAY(CHUNKED "xyz\r\nhello\n\r\n0\r\n\r\n"), CLOSE } },
	{ "/chunk-size-huge", "a chunk's size beyond 64 bits",
		{ SAY(CHUNKED "fffffffffffffffffff\r\nhello\n"), CLOSE } },
	{ "/coding-unknown", "a transfer coding that nobody knows",
		{ SAY(OK "Transfer-Encoding: rot13, chunked\r\n\r\n6\r\nuryyb\n\r\n0\r\n\r\n"),
		  CLOSE } },
	{ "/gzip-broken", "says gzip, isn't",
		{ SAY(OK "Content-Encoding: gzip\r\n" BODY), AGAIN } },

	/* interim answers */
	{ "/early-hints", "103 with links, then the page",
		{ SAY("HTTP/1.1 103 Early Hints\r\n"
		      "Link: </style.css>; rel=preload; as=style\r\n\r\n"),
		  WAIT(200), SAY(HELLO), AGAIN } },
	{ "/processing", "three times 102, then the page",
		{ SAY_TIMES(3, "HTTP/1.1 102 Processing\r\n\r\n"), SAY(HELLO), AGAIN } },
	{ "/interim-for-ever", "a hundred thousand interim answers",
		{ SAY_TIMES(100000, "HTTP/1.1 102 Processing\r\n\r\n"), SAY(HELLO), CLOSE } },
	{ "/switch", "101, which nobody asked for",
		{ SAY("HTTP/1.1 101 Switching Protocols\r\n"
		      "Upgrade: nonsense\r\nConnection: Upgrade\r\n\r\n"),
		  HOLD } },

	/* heads */
	{ "/garbage", "no HTTP at all",
		{ SAY_OCTETS("\x00\x01\x02\xff\xfe garbage \x80\x81\r\n\r\n"), CLOSE } },
	{ "/http09", "a body without a head, as in 1991",
		{ SAY("<html>hello</html>\n"), CLOSE } },
	{ "/http3-in-text", "a version from the future",
		{ SAY("HTTP/3.7 200 OK\r\n" BODY), CLOSE } },
	{ "/status-word", "a status that is no number",
		{ SAY("HTTP/1.1 okay OK\r\n" BODY), CLOSE } },
	{ "/status-999", "a status beyond the known ones",
		{ SAY("HTTP/1.1 999 Odd\r\n" BODY), AGAIN } },
	{ "/no-reason", "a status line without a reason",
		{ SAY("HTTP/1.1 200 \r\n" BODY), AGAIN } },
	{ "/bare-newlines", "lines that end without a carriage return",
		{ SAY("HTTP/1.1 200 OK\nContent-Length: 6\n\nhello\n"), CLOSE } },
	{ "/folded", "a header in two lines",
		{ SAY(OK "X-Folded: one\r\n two\r\n" BODY), AGAIN } },
	{ "/space-before-colon", "a blank before the colon",
		{ SAY(OK "Content-Length : 6\r\n\r\nhello\n"), CLOSE } },
	{ "/no-colon", "a header without a colon",
		{ SAY(OK "nonsense\r\n" BODY), CLOSE } },
	{ "/null-in-head", "a zero octet within a header",
		{ SAY_OCTETS("HTTP/1.1 200 OK\r\nX-Null: a\0b\r\n" BODY), CLOSE } },
	{ "/control-in-head", "escape sequences for the terminal in a header",
		{ SAY(OK "X-Red: \033[31mred\033[0m\r\n" BODY), CLOSE } },
	{ "/control-in-body", "escape sequences for the terminal in the body",
		{ SAY(OK "Content-Length: 15\r\n\r\n\033[31mred\033[0m\a\a\n"), AGAIN } },
	{ "/many-headers", "ten thousand headers",
		{ SAY(OK), SAY_TIMES(10000, "X-Many: value\r\n"), SAY(BODY), CLOSE } },
	{ "/long-header", "a header of a million octets",
		{ SAY(OK "X-Long: "), SAY_TIMES(100000, "0123456789"), SAY("\r\n" BODY), CLOSE } },
	{ "/endless-head", "a head that never ends",
		{ SAY(OK), SAY_TIMES(100000000, "X-More: value\r\n"), CLOSE } },
	{ "/endless-body", "a body that never ends",
		{ SAY("HTTP/1.1 200 OK\r\n\r\n"),
		  SAY_TIMES(4000000000u, "more and more\n"), CLOSE } },

	/* redirects that are traps */
	{ "/redirect-nowhere", "a redirect without a place",
		{ SAY(FOUND EMPTY), AGAIN } },
	{ "/redirect-bad", "a redirect to no URL",
		{ SAY(FOUND "Location: http://[bad\r\n" EMPTY), AGAIN } },
	{ "/redirect-file", "a redirect to a local file",
		{ SAY(FOUND "Location: file:///etc/passwd\r\n" EMPTY), AGAIN } },
	{ "/redirect-twice", "two places in one redirect",
		{ SAY(FOUND "Location: /good\r\nLocation: /silent\r\n" EMPTY), AGAIN } },
};

enum { PAGES = sizeof(pages) / sizeof(pages[0]), INDEX = 16384 };

/* The page that lists the others: made once, read-only from then on. */
static const struct act *index_page(void)
{
	static char text[INDEX];
	static const struct act acts[] = { SAY(text), CLOSE };

	if (text[0] != '\0')
		return acts;
	strcpy(text, OK "Connection: close\r\n\r\n");
	for (size_t i = 0; i < PAGES; i++) {
		if (strlen(text) + strlen(pages[i].path) + strlen(pages[i].shows) + 3 >= INDEX)
			break;
		strcat(text, pages[i].path);
		strcat(text, "\t");
		strcat(text, pages[i].shows);
		strcat(text, "\n");
	}
	return acts;
}

const struct act *odd_page_find(const char *path)
{
	static const struct act missing[] = {
		SAY("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n"
		    "Content-Length: 18\r\n\r\nno such odd page.\n"),
		AGAIN,
	};

	if (strcmp(path, "/") == 0)
		return index_page();
	for (size_t i = 0; i < PAGES; i++) {
		if (strcmp(path, pages[i].path) == 0)
			return pages[i].acts;
	}
	return missing;
}
