/* SPDX-License-Identifier: MIT */
/* rcu.c — what ThreadSanitizer is told of grace periods. */
#include "cache/base/rcu.h"

#ifdef XYLEM_TSAN
char rcu_grace_period;
#else
extern char rcu_has_nothing_to_tell;    /* ISO C wants a declaration in every file */
#endif
