/* SPDX-License-Identifier: MIT */
/* log.c — lines for whoever runs the daemon. */
#include "resolver/observe/log.h"

#include "cache/base/clock.h"
#include "resolver/observe/text.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

enum place { TO_STDERR, TO_JOURNAL, TO_SYSLOG, TO_FILE };

static atomic_int level = LOG_LEVEL_INFO;
static atomic_int place = TO_STDERR;
static atomic_int descriptor = STDERR_FILENO;
static atomic_bool says_queries;

/* The descriptor that all files are opened on in turn: other threads may be writing to it. -1:
 * none yet. */
static int file_descriptor = -1;

static const struct {
	const char *name;
	int         priority;
} levels[] = {
	[LOG_LEVEL_ERROR] = { "error", LOG_ERR },
	[LOG_LEVEL_WARNING] = { "warning", LOG_WARNING },
	[LOG_LEVEL_INFO] = { "info", LOG_INFO },
	[LOG_LEVEL_DEBUG] = { "debug", LOG_DEBUG },
};

/* --- where to --- */

/* systemd.exec(5): JOURNAL_STREAM has device and inode of the journal's stream. A child that was
 * given another standard error inherits the variable all the same, hence the comparison. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat status;

	if (stream == NULL || sscanf(stream, "%llu:%llu", &device, &inode) != 2)
		return false;
	if (fstat(STDERR_FILENO, &status) != 0)
		return false;
	return status.st_dev == device && status.st_ino == inode;
}

/* dup3() changes what the descriptor means in one stroke: no thread writes to a closed one. */
static enum result open_file(const char *path)
{
	int opened = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
	int error;

	if (opened < 0)
		return DISK_FAILED;
	if (file_descriptor < 0) {
		file_descriptor = opened;
		return OK;
	}
	if (dup3(opened, file_descriptor, O_CLOEXEC) >= 0) {
		close(opened);
		return OK;
	}
	error = errno;
	close(opened);
	errno = error;
	return DISK_FAILED;
}

static enum result choose_place(const char *to)
{
	if (strcmp(to, "stderr") == 0) {
		descriptor = STDERR_FILENO;
		place = stderr_is_journal() ? TO_JOURNAL : TO_STDERR;
		return OK;
	}
	if (strcmp(to, "syslog") == 0) {
		openlog("xylemd", LOG_PID, LOG_DAEMON);
		place = TO_SYSLOG;
		return OK;
	}
	if (open_file(to) != OK)
		return DISK_FAILED;
	descriptor = file_descriptor;
	place = TO_FILE;
	return OK;
}

enum result log_configure(const struct log_settings *settings)
{
	if (choose_place(settings->to) != OK)
		return DISK_FAILED;
	level = (int)settings->level;
	says_queries = settings->queries;
	return OK;
}

bool log_says(enum log_level asked)
{
	return (int)asked <= level;
}

/* --- one line --- */

/* What stands before the text. */
static size_t write_head(char *line, enum log_level at)
{
	struct timespec now;
	struct tm parts;
	size_t length;

	if (place == TO_SYSLOG)
		return 0;
	if (place == TO_JOURNAL)
		return (size_t)snprintf(line, LOG_LINE_SIZE, "<%d>", levels[at].priority);
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	length = strftime(line, LOG_LINE_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
	return length + (size_t)snprintf(line + length, LOG_LINE_SIZE - length, ".%03ldZ %s: ",
					 now.tv_nsec / 1000000, levels[at].name);
}

static void write_line(enum log_level at, const char *text)
{
	char line[LOG_LINE_SIZE];
	int error = errno;
	size_t length = write_head(line, at);
	ssize_t written;

	length += text_neutral(line + length, sizeof(line) - 1 - length, text);
	if (place == TO_SYSLOG) {
		syslog(levels[at].priority, "%.*s", (int)length, line);
	} else {
		line[length++] = '\n';
		written = write(descriptor, line, length);
		(void)written;                  /* a full disk: to whom should it be told? */
	}
	errno = error;
}

__attribute__((format(printf, 2, 0))) static void write_formatted(enum log_level at,
								   const char *format,
								   va_list arguments)
{
	char text[LOG_LINE_SIZE];
	int error = errno;

	if (vsnprintf(text, sizeof(text), format, arguments) >= 0)
		write_line(at, text);
	errno = error;
}

void log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_formatted(LOG_LEVEL_ERROR, format, arguments);
	va_end(arguments);
}

void log_warning(const char *format, ...)
{
	va_list arguments;

	if (!log_says(LOG_LEVEL_WARNING))
		return;
	va_start(arguments, format);
	write_formatted(LOG_LEVEL_WARNING, format, arguments);
	va_end(arguments);
}

void log_info(const char *format, ...)
{
	va_list arguments;

	if (!log_says(LOG_LEVEL_INFO))
		return;
	va_start(arguments, format);
	write_formatted(LOG_LEVEL_INFO, format, arguments);
	va_end(arguments);
}

void log_debug(const char *format, ...)
{
	va_list arguments;

	if (!log_says(LOG_LEVEL_DEBUG))
		return;
	va_start(arguments, format);
	write_formatted(LOG_LEVEL_DEBUG, format, arguments);
	va_end(arguments);
}

void log_with_priority(int priority, const char *line)
{
	enum log_level at = priority <= LOG_ERR       ? LOG_LEVEL_ERROR
			    : priority <= LOG_WARNING ? LOG_LEVEL_WARNING
			    : priority <= LOG_INFO    ? LOG_LEVEL_INFO
						      : LOG_LEVEL_DEBUG;

	if (log_says(at))
		write_line(at, line);
}

/* --- surprises --- */

enum { SURPRISES = 64, SURPRISE_KEY_SIZE = 32, SURPRISE_PAUSE_MS = 60 * 1000 };

struct surprise {
	char     key[SURPRISE_KEY_SIZE];
	uint64_t said_ms;               /* timer clock; 0: never */
	uint64_t left_out;              /* since then */
};

static struct surprise surprises[SURPRISES];
static pthread_mutex_t surprises_lock = PTHREAD_MUTEX_INITIALIZER;

/* Its place, or the one whose line is oldest, made empty. */
static struct surprise *find_surprise(const char *key)
{
	struct surprise *oldest = &surprises[0];

	for (unsigned i = 0; i < SURPRISES; i++) {
		if (strncmp(surprises[i].key, key, SURPRISE_KEY_SIZE - 1) == 0)
			return &surprises[i];
		if (surprises[i].said_ms < oldest->said_ms)
			oldest = &surprises[i];
	}
	*oldest = (struct surprise){ .said_ms = 0 };
	snprintf(oldest->key, sizeof(oldest->key), "%s", key);
	return oldest;
}

/* May this one be said? Then also how many before it weren't. */
static bool surprise_may_be_said(const char *key, uint64_t *left_out)
{
	uint64_t now = clock_timer_ms();
	struct surprise *surprise;
	bool may;

	pthread_mutex_lock(&surprises_lock);
	surprise = find_surprise(key);
	may = surprise->said_ms == 0 || now - surprise->said_ms >= SURPRISE_PAUSE_MS;
	if (may) {
		*left_out = surprise->left_out;
		surprise->left_out = 0;
		surprise->said_ms = now;
	} else {
		surprise->left_out++;
	}
	pthread_mutex_unlock(&surprises_lock);
	return may;
}

void log_once_a_minute(const char *key, const char *format, ...)
{
	char text[LOG_LINE_SIZE];
	uint64_t left_out = 0;
	va_list arguments;
	int length;

	if (!log_says(LOG_LEVEL_WARNING) || !surprise_may_be_said(key, &left_out))
		return;
	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	if (left_out == 0)
		write_line(LOG_LEVEL_WARNING, text);
	else
		log_warning("%.1900s (and %llu more like it since the last such line)", text,
			    (unsigned long long)left_out);
}

/* --- questions --- */

bool log_says_questions(void)
{
	return says_queries || log_says(LOG_LEVEL_DEBUG);
}

void log_question(const struct log_question *told)
{
	char name[NAME_TEXT_SIZE], asker[ADDRESS_TEXT_SIZE], line[LOG_LINE_SIZE];
	char type[TYPE_TEXT_SIZE], rcode[RCODE_TEXT_SIZE];
	bool has_reason = told->why != NULL && told->why[0] != '\0';

	if (!log_says_questions())
		return;
	snprintf(line, sizeof(line), "query %s %s %s %s %s %s %u.%u ms, %s%s%.500s",
		 address_print_with_port(&told->asker, asker), told->transport,
		 name_print(&told->question->name, name), text_type(told->question->type, type),
		 text_rcode(told->rcode, rcode), security_name(told->security),
		 told->elapsed_us / 1000, told->elapsed_us % 1000 / 100,
		 told->from_cache ? "from the cache" : "walked", has_reason ? ": " : "",
		 has_reason ? told->why : "");
	write_line(says_queries ? LOG_LEVEL_INFO : LOG_LEVEL_DEBUG, line);
}
