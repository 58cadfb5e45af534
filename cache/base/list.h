/* SPDX-License-Identifier: MIT */
/* list.h — a doubly linked list whose links live inside the members.
 *
 * A `struct list` is a ring: the head of a list, or a member's place in one. An unlinked place
 * points at itself, so removing it twice is harmless. The list owns nothing. */
#ifndef XYLEM_BASE_LIST_H
#define XYLEM_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *next;
	struct list *previous;
};

#define container_of(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))

/* The body may remove the member it is given, but no other. */
#define list_for_each(place, head)                                                                 \
	for (struct list *place = (head)->next, *place##_next = place->next; place != (head);      \
	     place = place##_next, place##_next = place->next)

static inline void list_init(struct list *head)
{
	head->next = head;
	head->previous = head;
}

static inline bool list_is_empty(const struct list *head)
{
	return head->next == head;
}

static inline void list_insert_after(struct list *where, struct list *place)
{
	place->next = where->next;
	place->previous = where;
	where->next->previous = place;
	where->next = place;
}

static inline void list_append(struct list *head, struct list *place)
{
	list_insert_after(head->previous, place);
}

static inline void list_prepend(struct list *head, struct list *place)
{
	list_insert_after(head, place);
}

static inline void list_remove(struct list *place)
{
	place->previous->next = place->next;
	place->next->previous = place->previous;
	list_init(place);
}

/* The first member's place, taken out of the list; NULL when it is empty. */
static inline struct list *list_take_first(struct list *head)
{
	struct list *first = head->next;

	if (first == head)
		return NULL;
	list_remove(first);
	return first;
}

static inline size_t list_length(const struct list *head)
{
	size_t n = 0;

	for (const struct list *place = head->next; place != head; place = place->next)
		n++;
	return n;
}

#endif
