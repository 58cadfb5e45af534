/* SPDX-License-Identifier: MIT */
/* tcp.c — TCP_INFO and NETLINK_SOCK_DIAG. */
#include "client/connect/tcp.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TIMER_TIME_WAIT = 3 };           /* idiag_timer, include/uapi/linux/inet_diag.h */

/* include/net/tcp_states.h, by the names of RFC 9293 §3.3.2. */
static const char *const state_names[] = {
	"?",	      "ESTABLISHED", "SYN-SENT",     "SYN-RECEIVED", "FIN-WAIT-1",
	"FIN-WAIT-2", "TIME-WAIT",   "CLOSED",	     "CLOSE-WAIT",   "LAST-ACK",
	"LISTEN",     "CLOSING",     "SYN-RECEIVED",
};

static const char *state_name(unsigned state)
{
	return state < sizeof(state_names) / sizeof(state_names[0]) ? state_names[state] : "?";
}

static bool get_figures(int descriptor, struct tcp_info *figures)
{
	socklen_t length = sizeof(*figures);

	memset(figures, 0, sizeof(*figures));
	return getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, figures, &length) == 0;
}

void tcp_say_figures(struct event_log *log, enum stage stage, const char *what, int descriptor)
{
	struct tcp_info figures;

	if (!get_figures(descriptor, &figures))
		return;
	/* The kernel counts the SYN among the octets acknowledged. */
	event_say(log, stage, FROM_KERNEL, what,
		  "{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:i, s:i}", "state",
		  state_name(figures.tcpi_state), "rtt_us", (json_int_t)figures.tcpi_rtt,
		  "rttvar_us", (json_int_t)figures.tcpi_rttvar, "min_rtt_us",
		  (json_int_t)figures.tcpi_min_rtt, "mss", (json_int_t)figures.tcpi_snd_mss, "pmtu",
		  (json_int_t)figures.tcpi_pmtu, "cwnd", (json_int_t)figures.tcpi_snd_cwnd,
		  "retransmits", (json_int_t)figures.tcpi_total_retrans, "octets_acknowledged",
		  (json_int_t)(figures.tcpi_bytes_acked == 0 ? 0 : figures.tcpi_bytes_acked - 1),
		  "octets_received", (json_int_t)figures.tcpi_bytes_received, "sack",
		  (figures.tcpi_options & TCPI_OPT_SACK) != 0, "timestamps",
		  (figures.tcpi_options & TCPI_OPT_TIMESTAMPS) != 0, "our_window_scale",
		  (int)figures.tcpi_rcv_wscale, "their_window_scale", (int)figures.tcpi_snd_wscale);
}

void tcp_send_at_once(int descriptor)
{
	int on = 1;

	/* Only speed is lost if it fails. */
	(void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void tcp_cork(int descriptor, bool corked)
{
	int on = corked;

	(void)setsockopt(descriptor, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
}

const char *tcp_state(int descriptor)
{
	struct tcp_info figures;

	return get_figures(descriptor, &figures) ? state_name(figures.tcpi_state) : "?";
}

static void put_address(__be32 into[4], const struct address *address)
{
	if (address->any.sa_family == AF_INET6)
		memcpy(into, &address->v6.sin6_addr, 16);
	else
		memcpy(into, &address->v4.sin_addr, 4);
}

struct rest_question {
	struct nlmsghdr         header;
	struct inet_diag_req_v2 request;
};

static bool ask(int netlink, const struct address *ours, const struct address *theirs)
{
	struct rest_question question = {
		.header = { .nlmsg_len = sizeof(question), .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			    .nlmsg_flags = NLM_F_REQUEST },
		.request = { .sdiag_family = (__u8)ours->any.sa_family,
			     .sdiag_protocol = IPPROTO_TCP, .idiag_states = ~0U },
	};
	struct inet_diag_sockid *id = &question.request.id;

	id->idiag_sport = htons(address_port(ours));
	id->idiag_dport = htons(address_port(theirs));
	put_address(id->idiag_src, ours);
	put_address(id->idiag_dst, theirs);
	id->idiag_cookie[0] = id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	return send(netlink, &question, sizeof(question), 0) == (ssize_t)sizeof(question);
}

bool tcp_find_rest(const struct address *ours, const struct address *theirs, struct tcp_rest *rest)
{
	union {
		struct nlmsghdr header;
		unsigned char   octets[4096];
	} answer;
	const struct inet_diag_msg *told = NLMSG_DATA(&answer.header);
	int netlink = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	ssize_t length = -1;

	*rest = (struct tcp_rest){ .state = "CLOSED" };
	if (netlink < 0)
		return false;
	if (ask(netlink, ours, theirs))
		length = recv(netlink, &answer, sizeof(answer), 0);
	close(netlink);
	if (length < (ssize_t)sizeof(answer.header))
		return false;
	if (answer.header.nlmsg_type == NLMSG_ERROR)
		return ((const struct nlmsgerr *)NLMSG_DATA(&answer.header))->error ==
		       -2; /* ENOENT */
	if (length < (ssize_t)NLMSG_LENGTH(sizeof(*told)))
		return false;
	rest->known = true;
	rest->state = state_name(told->idiag_state);
	rest->timed = told->idiag_timer == TIMER_TIME_WAIT;
	rest->left_ms = told->idiag_expires;
	return true;
}
