/* SPDX-License-Identifier: MIT */
/* notify.h — telling systemd how we are (man 3 sd_notify), if it was systemd that started us. */
#ifndef XYLEM_STARTUP_NOTIFY_H
#define XYLEM_STARTUP_NOTIFY_H

/* Takes the address from the environment, once, so that no other program that we might run speaks
 * for us. */
void notify_begin(void);

/* Each does nothing if nobody listens, and never fails or waits. */
void notify_ready(void);
void notify_reloading(void); /* then notify_ready() again */
void notify_stopping(void);

#endif
