#include "formats/format.h"

#include "base/character.h"
#include "base/release.h"
#include "formats/address.h"
#include "formats/checksum.h"
#include "formats/duration.h"
#include "formats/email.h"
#include "formats/names.h"
#include "formats/pattern.h"
#include "formats/timestamp.h"
#include "formats/uri.h"
#include "formats/wordy_duration.h"

static bool check_bsonobjectid(struct pq_string text)
{
	if (text.length != 24)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (pq_hexadecimal_value(text.data[i]) < 0)
			return false;
	}
	return true;
}

static bool check_hostname(struct pq_string text)
{
	struct pq_string rest = text, label;
	if (text.length > 255 || !pq_pattern_matches(PQ_PATTERN_HOSTNAME, text))
		return false;
	while (pq_string_split(&rest, '.', &label)) {
		if (label.length > 63)
			return false;
	}
	return true;
}

static bool check_ipv4(struct pq_string text)
{
	struct pq_address address;
	return pq_string_find_byte(text, '.') >= 0 && pq_address_parse_sloppy(text, &address);
}

static bool check_ipv6(struct pq_string text)
{
	struct pq_address address;
	return pq_string_find_byte(text, ':') >= 0 && pq_address_parse(text, &address);
}

static bool check_cidr(struct pq_string text)
{
	struct pq_address address;
	unsigned length;
	return pq_prefix_parse_sloppy(text, &address, &length);
}

/* Bytes in hexadecimal with a separator behind every group of digits but the last. */
static bool is_grouped_hex(struct pq_string text, size_t group, char separator)
{
	for (size_t i = 0; i < text.length; i++) {
		bool at_separator = group > 0 && i % (group + 1) == group;
		if (at_separator ? text.data[i] != separator
				 : pq_hexadecimal_value(text.data[i]) < 0)
			return false;
	}
	return group == 0 || text.length % (group + 1) == group;
}

/* net.ParseMAC: 6, 8 or 20 bytes. */
static bool check_mac(struct pq_string text)
{
	size_t bytes, group = 0;
	if (text.length < 12)
		return false;
	if (text.data[2] == ':' || text.data[2] == '-')
		group = 2;
	else if (text.data[4] == '.')
		group = 4;
	bytes = group == 0 ? text.length / 2 : (text.length + 1) / (group + 1) * (group / 2);
	if (bytes != 6 && bytes != 8 && bytes != 20)
		return false;
	if (group == 0 && text.length % 2 != 0)
		return false;
	return is_grouped_hex(text, group, text.data[group]);
}

static bool check_uuid(struct pq_string text)
{
	return pq_pattern_matches(PQ_PATTERN_UUID, text);
}

static bool check_uuid3(struct pq_string text)
{
	return pq_pattern_matches(PQ_PATTERN_UUID3, text);
}

static bool check_uuid4(struct pq_string text)
{
	return pq_pattern_matches(PQ_PATTERN_UUID4, text);
}

static bool check_uuid5(struct pq_string text)
{
	return pq_pattern_matches(PQ_PATTERN_UUID5, text);
}

static bool check_ssn(struct pq_string text)
{
	return text.length == 11 && pq_pattern_matches(PQ_PATTERN_SSN, text);
}

static bool check_hexcolor(struct pq_string text)
{
	return pq_pattern_matches(PQ_PATTERN_HEXCOLOR, text);
}

static bool check_rgbcolor(struct pq_string text)
{
	return pq_pattern_matches(PQ_PATTERN_RGBCOLOR, text);
}

static bool check_byte(struct pq_string text)
{
	return pq_pattern_matches(PQ_PATTERN_BASE64, text);
}

static bool check_password(struct pq_string text)
{
	(void)text;
	return true;
}

/* The clock is what stands between the first "t" and the second; the rest does not matter. */
static bool check_datetime(struct pq_string text)
{
	size_t date = 0;
	while (date < text.length && (text.data[date] | 0x20) != 't')
		date++;
	if (date == text.length || !pq_date_is_valid(pq_string_slice(text, 0, date)))
		return false;
	struct pq_string clock = pq_string_slice(text, date + 1, text.length);
	size_t end = 0;
	while (end < clock.length && (clock.data[end] | 0x20) != 't')
		end++;
	clock.length = end;
	return pq_pattern_matches(PQ_PATTERN_CLOCK, clock) && memcmp(clock.data, "23", 2) <= 0 &&
	       memcmp(clock.data + 3, "59", 2) <= 0 && memcmp(clock.data + 6, "59", 2) <= 0;
}

static bool check_duration(struct pq_string text)
{
	struct pq_error ignored;
	int64_t nanoseconds;
	return pq_duration_parse(text, &nanoseconds, &ignored) ||
	       pq_wordy_duration_parse(text, &nanoseconds);
}

static bool check_short_name(struct pq_string text)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	return pq_names_check_dns1123_label(text, problems) == 0;
}

static bool check_long_name(struct pq_string text)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	return pq_names_check_dns1123_subdomain(text, problems) == 0;
}

const struct pq_format pq_formats[] = {
	{ "bsonobjectid", check_bsonobjectid, 0 },
	{ "uri", pq_uri_is_valid, 0 },
	{ "email", pq_email_is_valid, 0 },
	{ "hostname", check_hostname, 0 },
	{ "ipv4", check_ipv4, 0 },
	{ "ipv6", check_ipv6, 0 },
	{ "cidr", check_cidr, 0 },
	{ "mac", check_mac, 0 },
	{ "uuid", check_uuid, 0 },
	{ "uuid3", check_uuid3, 0 },
	{ "uuid4", check_uuid4, 0 },
	{ "uuid5", check_uuid5, 0 },
	{ "isbn", pq_checksum_isbn, 0 },
	{ "isbn10", pq_checksum_isbn10, 0 },
	{ "isbn13", pq_checksum_isbn13, 0 },
	{ "creditcard", pq_checksum_creditcard, 0 },
	{ "ssn", check_ssn, 0 },
	{ "hexcolor", check_hexcolor, 0 },
	{ "rgbcolor", check_rgbcolor, 0 },
	{ "byte", check_byte, 0 },
	{ "password", check_password, 0 },
	{ "date", pq_date_is_valid, 0 },
	{ "duration", check_duration, 0 },
	{ "datetime", check_datetime, 0 },
	{ "k8sshortname", check_short_name, 35 },
	{ "k8slongname", check_long_name, 35 },
	{ NULL, NULL, 0 },
};

/* Whether name is the format's when its dashes are left out. */
static bool is_named(const struct pq_format *format, struct pq_string name)
{
	const char *want = format->name;
	for (size_t i = 0; i < name.length; i++) {
		if (name.data[i] == '-')
			continue;
		if (*want == '\0' || name.data[i] != *want)
			return false;
		want++;
	}
	return *want == '\0';
}

const struct pq_format *pq_format_find(struct pq_string name)
{
	for (const struct pq_format *format = pq_formats; format->name != NULL; format++) {
		if (format->since <= PQ_RELEASE_MINOR && is_named(format, name))
			return format;
	}
	return NULL;
}

bool pq_format_counts(struct pq_string type, struct pq_string name)
{
	if (type.length == 0 || pq_string_is(type, "string"))
		return pq_format_find(name) != NULL;
	if (pq_string_is(type, "integer"))
		return pq_string_is(name, "int32") || pq_string_is(name, "int64");
	if (pq_string_is(type, "number"))
		return pq_string_is(name, "float") || pq_string_is(name, "double");
	return false;
}
