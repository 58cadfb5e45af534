/* SPDX-License-Identifier: MIT */
/* zones.c — zones from text, by way of a file. */
#include "tests/unit/resolver/root/zones.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache/base/must.h"
#include "cache/rdata.h"
#include "resolver/root/zone_text.h"

const char small_root[] =
	". 86400 IN SOA a.root. nobody.root. 2026010100 1800 900 604800 3600\n"
	". 518400 IN NS a.root.\n"
	". 518400 IN NS b.root.\n"
	". 86400 IN NSEC com. NS SOA RRSIG NSEC DNSKEY\n"
	". 86400 IN RRSIG SOA 8 0 86400 20300101000000 20200101000000 1 . AAAA\n"
	". 86400 IN RRSIG NSEC 8 0 86400 20300101000000 20200101000000 1 . AAAA\n"
	"a.root. 518400 IN A 192.0.2.1\n"
	"com. 172800 IN NS ns.com.\n"
	"com. 172800 IN NS ns.Net.\n"
	"com. 86400 IN DS 1 8 2 "
	"0101010101010101010101010101010101010101010101010101010101010101\n"
	"com. 86400 IN RRSIG DS 8 1 86400 20300101000000 20200101000000 1 . BBBB\n"
	"com. 86400 IN NSEC net. NS DS RRSIG NSEC\n"
	"com. 86400 IN RRSIG NSEC 8 1 86400 20300101000000 20200101000000 1 . BBBB\n"
	"ns.com. 172800 IN A 192.0.2.10\n"
	"ns.com. 172800 IN AAAA 2001:db8::10\n"
	"net. 3600 IN NS ns.net.\n"
	"net. 86400 IN NSEC . NS RRSIG NSEC\n"
	"net. 86400 IN RRSIG NSEC 8 1 86400 20300101000000 20200101000000 1 . CCCC\n"
	"ns.net. 172800 IN A 192.0.2.11\n";

static void remove_scratch(void)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -rf '%s'", scratch_folder());
	if (system(command) != 0)
		fprintf(stderr, "%s failed\n", command);
}

const char *scratch_folder(void)
{
	static char folder[64];
	static pid_t owner;

	if (owner == getpid())
		return folder;
	owner = getpid();
	snprintf(folder, sizeof(folder), "/tmp/xylem-root-XXXXXX");
	must(mkdtemp(folder) != NULL);
	atexit(remove_scratch);
	return folder;
}

void write_file(const char *path, struct bytes octets)
{
	FILE *file = fopen(path, "w");

	must(file != NULL);
	must(fwrite(octets.at, 1, octets.length, file) == octets.length);
	must(fclose(file) == 0);
}

bool zone_of(const char *text, const char *apex, struct zone *into, struct complaint *why)
{
	char path[128];
	struct name name;

	must(name_parse(apex, &name));
	zone_init(into, &name);
	snprintf(path, sizeof(path), "%s/zone", scratch_folder());
	write_file(path, bytes_of(text, strlen(text)));
	return zone_text_read_file(path, into, why);
}

/* Not our own digest.c: the same law once more, for zones of records that stand there once. */
char *with_digest(const char *text)
{
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	struct complaint why;
	struct zone zone;
	uint8_t digest[64];
	char hexadecimal[97], *made;

	must(zone_of(text, ".", &zone, &why));
	must(EVP_DigestInit_ex(hash, EVP_sha384(), NULL) == 1);
	for (size_t i = 0; i < zone.count; i++) {
		struct zone_record record = zone_record(&zone, i);

		must(EVP_DigestUpdate(hash, record.wire.at, record.wire.length) == 1);
	}
	must(EVP_DigestFinal_ex(hash, digest, NULL) == 1);
	EVP_MD_CTX_free(hash);
	for (unsigned i = 0; i < 48; i++)
		snprintf(hexadecimal + 2 * i, 3, "%02x", digest[i]);
	must(asprintf(&made, "%s. 86400 IN ZONEMD %u 1 1 %s\n", text, zone_soa(&zone).serial,
		      hexadecimal) > 0);
	zone_clear(&zone);
	return made;
}

static void put_record(struct writer *to, const struct zone_record *record)
{
	put_bytes(to, record->wire);
}

/* The apex's SOA: the first of its type. */
static struct zone_record find_soa(const struct zone *zone)
{
	size_t i = 0;

	while (zone_record(zone, i).type != TYPE_SOA)
		i++;
	return zone_record(zone, i);
}

struct bytes stream_of(const char *text, unsigned records_per_message, uint16_t id)
{
	static const size_t size = 1 << 20;
	uint8_t *octets = malloc(size);
	struct writer to = writer_over(octets, size);
	struct complaint why;
	struct zone zone;
	size_t begins = 0;
	unsigned count = records_per_message;

	must(octets != NULL && zone_of(text, ".", &zone, &why));
	for (size_t i = 0; i < zone.count + 2; i++) {
		struct zone_record record = i == 0 || i > zone.count ? find_soa(&zone)
								     : zone_record(&zone, i - 1);

		if (i != 0 && i <= zone.count && record.type == TYPE_SOA)
			continue;
		if (count == records_per_message) {
			struct header header = { .id = id, .flags = FLAG_QR | FLAG_AA,
						 .questions = 1 };
			struct question question = { .name = name_root, .type = TYPE_AXFR,
						     .class = CLASS_IN };

			begins = to.position;
			put_u16(&to, 0);
			header_write(&to, &header);
			question_write(&to, &question);
			count = 0;
		}
		put_record(&to, &record);
		patch_u16(&to, begins + 2 + 6, (uint16_t)++count);
		patch_u16(&to, begins, (uint16_t)(to.position - begins - 2));
	}
	must(writer_is_good(&to));
	zone_clear(&zone);
	return bytes_of(octets, to.position);
}
