/* SPDX-License-Identifier: MIT */
/* proof.h — do NSEC or NSEC3 records prove that something isn't there (RFC 4035 §5.4, RFC 5155 §8)?
 *
 * `sets` are those of a reply's authority section. Only sets of type NSEC and NSEC3 whose security
 * is SECURE are looked at: signed by `zone` itself, and not made from a wildcard; who calls has
 * seen to that. All records of one proof are of one kind, and NSEC3 of one hash, salt and number
 * of iterations (RFC 5155 §8.2). */
#ifndef XYLEM_VALIDATE_PROOF_H
#define XYLEM_VALIDATE_PROOF_H

#include "cache/rrset.h"
#include "resolver/validate/verdict.h"

enum proof {
	PROOF_LACKS,                    /* they don't prove it */
	PROOF_HOLDS,
	PROOF_OPTS_OUT,                 /* it may be there, unsigned (RFC 5155 §6): insecure */
	PROOF_COSTS,                    /* too many iterations (RFC 9276 §3.2): insecure */
	PROOF_DELEGATES,                /* only of proof_no_ds(): an unsigned zone begins here */
	PROOF_SPENT,                    /* the effort doesn't suffice */
};

struct proof_of {
	const struct check  *check;
	const struct name   *zone;      /* the signer of all of it */
	const struct rrsets *sets;
};

/* The name isn't there, nor is a wildcard that could have made it. */
enum proof proof_no_name(const struct proof_of *of, const struct name *name);

/* The name (be it an empty non-terminal, or made from a wildcard) has neither this type nor a
 * CNAME. Records of a delegation (NS without SOA) prove this of DS only, those of a zone's top
 * (SOA) not of DS. */
enum proof proof_no_type(const struct proof_of *of, const struct name *name, uint16_t type);

/* An answer made from the wildcard at `labels` labels of the name (signature.h) was rightly made:
 * nothing nearer is there. */
enum proof proof_wildcard(const struct proof_of *of, const struct name *name, unsigned labels);

/* What is known of a child that has no DS: DELEGATES (NS without DS and SOA), OPTS_OUT, HOLDS
 * (there is no DS, and no zone begins here), COSTS, LACKS. */
enum proof proof_no_ds(const struct proof_of *of, const struct name *child);

/* Writes the NSEC3 hash of a name (SHA-1, RFC 5155 §5), letters ignored; spends one of the effort.
 * False: nothing left to spend. */
enum { NSEC3_HASH_SIZE = 20 };
MUST_USE bool nsec3_hash(struct effort *effort, const struct name *name, struct bytes salt,
			 unsigned iterations, uint8_t into[NSEC3_HASH_SIZE]);

#endif
