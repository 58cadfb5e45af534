/* SPDX-License-Identifier: MIT */
/* evil.h — the zones of the generated Internet whose owners mean ill.
 *
 * All are below evil., one for each attack; a question of an attack is a name below it, most often
 * qN.ATTACK.evil., and N makes it another one:
 *
 *   qN.nxns.evil.       a referral to names that don't exist in other people's zones (NXNSAttack)
 *   qN.camp.evil.       aliases without end, of many labels; half of the servers fail (CAMP)
 *   qN.tsuname.evil.    delegated to a server in rN.tsuname.evil., and that to it (TsuNAME)
 *   qN.idns.evil.       delegated to servers in two zones that are delegated like it (iDNS)
 *   qN.nrd.evil.        1,500 server names in a zone of silent servers (NRDelegation)
 *   qN.cname.evil.      an alias of an alias of ... without end, one in a reply
 *   x.qN.dname.evil.    the same by DNAME, from qN to qN+1
 *   qN.dead.evil.       thirteen servers, never the same ones, all silent
 *   qN.glue.evil.       addresses and servers for other people's names, in referral and answer
 *   qN.ns.evil.         NS records of other zones in the authority section (promiscuous NS)
 *   qN.maginot.evil.    the same from a forwarder (MaginotDNS): a configured zone
 *   qN.tudoor.evil.     malformed messages before the reply (TuDoor)
 *   qN.nomatch.evil.    replies that never match, over UDP and TCP
 *   qN.rebirth.evil.    answered after a second: time for more of the same question (RebirthDay)
 *   qN.bomb.evil.       64 kB of names with 120 compression pointers each
 *   qN.many.evil.       4,000 addresses
 *   qN.slow.evil.       truncated, and over TCP an octet now and then
 *   qN.dnsbomb.evil.    large answers that all leave at the same moment (DNSBomb)
 *   *.gN.ghost.evil.    delegated for some seconds only, whatever it says itself (ghosts)
 *
 * And names of honest zones that begin with "kam" are asked while somebody forges replies to them:
 * forty to each query, from the right address to the right port, with any id (Kaminsky, when a side
 * channel told the port). Whatever is forged or said for others names 198.51.100.66; servers of
 * evil. answer so for any name that isn't theirs. */
#ifndef XYLEM_BENCH_EVIL_H
#define XYLEM_BENCH_EVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct talk;
struct generated_server;

/* Is the question's name evil. or below? */
bool evil_is_asked(const struct talk *talk);

/* What the server at that host says, and in what manner; returns the RCODE. */
unsigned evil_say(struct talk *talk, unsigned host);

/* Sets a forger on the question if its name asks for one. */
void evil_forge_at(struct talk *talk);

/* Ghost domains are delegated from now on, for a while. */
void evil_begin(void);

#endif
