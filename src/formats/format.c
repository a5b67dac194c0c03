#include "formats/format.h"

#include <stdatomic.h>

#include "base/utf8.h"
#include "formats/address.h"
#include "formats/duration.h"
#include "formats/email.h"
#include "formats/names.h"
#include "formats/timestamp.h"
#include "formats/uri.h"
#include "regex/regex.h"

/* A format that is a regular expression, compiled when it is first needed. */
struct pattern {
	const char *text;
	_Atomic(const struct pq_regex *) regex;
};

#define UUID(version, variant)                                                                     \
	"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?" version "[0-9a-f]{3}-?" variant                          \
	"[0-9a-f]{3}-?[0-9a-f]{12}$"
#define COLOR_PART     "(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])"
#define HOST_CHARACTER "a-zA-Z0-9\\p{S}\\p{L}"

static struct pattern hostname_pattern = { .text = "^([" HOST_CHARACTER "]((-?[" HOST_CHARACTER
						   "]{0,62})?)|"
						   "([" HOST_CHARACTER "](([" HOST_CHARACTER
						   "-]{0,61}[" HOST_CHARACTER "])?)(\\.)){1,}"
						   "([a-zA-Z\\p{L}]){2,63})$" };
static struct pattern uuid_pattern = { .text = UUID("[0-9a-f]", "[0-9a-f]") };
static struct pattern uuid3_pattern = { .text = UUID("3", "[0-9a-f]") };
static struct pattern uuid4_pattern = { .text = UUID("4", "[89ab]") };
static struct pattern uuid5_pattern = { .text = UUID("5", "[89ab]") };
static struct pattern hexcolor_pattern = { .text = "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$" };
static struct pattern rgbcolor_pattern = { .text = "^rgb\\(\\s*" COLOR_PART "\\s*,\\s*" COLOR_PART
						   "\\s*,\\s*" COLOR_PART "\\s*\\)$" };
static struct pattern base64_pattern = {
	.text = "^(?:[A-Za-z0-9+\\/]{4})*"
		"(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=|[A-Za-z0-9+\\/]{4})$"
};
static struct pattern card_pattern = {
	.text = "^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-"
		"9]{13}|"
		"3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\\d{3})\\d{11})$"
};
static struct pattern ssn_pattern = { .text = "^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$" };
static struct pattern clock_pattern = {
	.text = "(?i)^[0-9]{2}:[0-9]{2}:[0-9]{2}(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$"
};

/* Without memory for a pattern, nothing matches it: refusing is the safe side. */
static bool matches(struct pattern *pattern, struct pq_string text)
{
	const struct pq_regex *regex = atomic_load_explicit(&pattern->regex, memory_order_acquire);
	if (regex == NULL) {
		struct pq_error ignored;
		const struct pq_regex *compiled =
			pq_regex_compile(pq_string_from(pattern->text), &ignored);
		if (compiled == NULL)
			return false;
		/* Another thread may have been faster; both have the same shared object. */
		if (atomic_compare_exchange_strong(&pattern->regex, &regex, compiled))
			regex = compiled;
		else
			pq_regex_unref(compiled);
	}
	return pq_regex_search(regex, text);
}

static bool is_hex_digit(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
	       (byte >= 'A' && byte <= 'F');
}

static bool check_bsonobjectid(struct pq_string text)
{
	if (text.length != 24)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (!is_hex_digit(text.data[i]))
			return false;
	}
	return true;
}

static bool check_hostname(struct pq_string text)
{
	struct pq_string rest = text, label;
	if (text.length > 255 || !matches(&hostname_pattern, text))
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
		if (at_separator ? text.data[i] != separator : !is_hex_digit(text.data[i]))
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
	return matches(&uuid_pattern, text);
}

static bool check_uuid3(struct pq_string text)
{
	return matches(&uuid3_pattern, text);
}

static bool check_uuid4(struct pq_string text)
{
	return matches(&uuid4_pattern, text);
}

static bool check_uuid5(struct pq_string text)
{
	return matches(&uuid5_pattern, text);
}

/* The text without white space and dashes, if that has length characters. */
static bool strip_isbn(struct pq_string text, size_t length, char *stripped)
{
	size_t count = 0;
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '\0' || strchr("\t\n\f\r -", text.data[i]) == NULL) {
			if (count == length)
				return false;
			stripped[count++] = text.data[i];
		}
	}
	return count == length;
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool check_isbn10(struct pq_string text)
{
	char digits[10];
	int sum = 0;
	if (!strip_isbn(text, sizeof digits, digits))
		return false;
	for (int i = 0; i < 10; i++) {
		bool ten = i == 9 && digits[i] == 'X';
		if (!is_digit(digits[i]) && !ten)
			return false;
		sum += (i + 1) * (ten ? 10 : digits[i] - '0');
	}
	return sum % 11 == 0;
}

static bool check_isbn13(struct pq_string text)
{
	char digits[13];
	int sum = 0;
	if (!strip_isbn(text, sizeof digits, digits))
		return false;
	for (int i = 0; i < 13; i++) {
		if (!is_digit(digits[i]))
			return false;
		sum += (i % 2 == 0 ? 1 : 3) * (digits[i] - '0');
	}
	return sum % 10 == 0;
}

static bool check_isbn(struct pq_string text)
{
	return check_isbn10(text) || check_isbn13(text);
}

/* Whatever is between the digits does not count. */
static bool check_creditcard(struct pq_string text)
{
	char digits[19];
	size_t count = 0;
	for (size_t i = 0; i < text.length; i++) {
		if (!is_digit(text.data[i]))
			continue;
		if (count == sizeof digits)
			return false;
		digits[count++] = text.data[i];
	}
	if (!matches(&card_pattern, (struct pq_string){ .data = digits, .length = count }))
		return false;
	int sum = 0;
	for (size_t i = 0; i < count; i++) {
		int digit = digits[count - 1 - i] - '0';
		if (i % 2 == 1)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return sum % 10 == 0;
}

static bool check_ssn(struct pq_string text)
{
	return text.length == 11 && matches(&ssn_pattern, text);
}

static bool check_hexcolor(struct pq_string text)
{
	return matches(&hexcolor_pattern, text);
}

static bool check_rgbcolor(struct pq_string text)
{
	return matches(&rgbcolor_pattern, text);
}

static bool check_byte(struct pq_string text)
{
	return matches(&base64_pattern, text);
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
	return matches(&clock_pattern, clock) && memcmp(clock.data, "23", 2) <= 0 &&
	       memcmp(clock.data + 3, "59", 2) <= 0 && memcmp(clock.data + 6, "59", 2) <= 0;
}

/* A unit in words: in full for the first ones, as a beginning for the last. Small letters. */
static bool is_wordy_unit(struct pq_string unit)
{
	static const char *const exact[] = { "ns", "us", "\u00b5s", "ms", "s", "m",
					     "h",  "hr", "d",       "w",  "wk" };
	static const char *const prefixes[] = { "nano", "micro", "milli", "sec",
						"min",  "hour",  "day",   "week" };
	for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
		if (pq_string_is(unit, exact[i]))
			return true;
	}
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		if (pq_string_starts_with(unit, pq_string_from(prefixes[i])))
			return true;
	}
	return false;
}

enum { UNIT_LETTERS_MAX = 8 }; /* bytes of the longest unit, rounded up */

/* Length of a unit's letters at the start of text. Their beginning, in small letters, is put in
 * *unit, whose bytes are in letters. */
static size_t scan_unit(struct pq_string text, char letters[UNIT_LETTERS_MAX],
			struct pq_string *unit)
{
	size_t at = 0, kept = 0;
	while (at < text.length) {
		unsigned char byte = (unsigned char)text.data[at];
		bool micro = byte == 0xc2 && at + 1 < text.length &&
			     (unsigned char)text.data[at + 1] == 0xb5;
		bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
		size_t width = micro ? 2 : letter ? 1 : 0;
		if (width == 0)
			break;
		for (size_t i = 0; i < width; i++, at++) {
			if (kept < UNIT_LETTERS_MAX)
				letters[kept++] = (char)(letter ? byte | 0x20 : text.data[at]);
		}
	}
	*unit = (struct pq_string){ .data = letters, .length = kept };
	return at;
}

/* Whether digits make an int64. */
static bool is_int64(struct pq_string digits)
{
	int64_t value = 0;
	for (size_t i = 0; i < digits.length; i++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digits.data[i] - '0', &value))
			return false;
	}
	return true;
}

/* Scala's way of writing durations: anywhere in the text a number and a unit, "1 day 2h". */
static bool has_wordy_duration(struct pq_string text)
{
	bool found = false;
	size_t at = 0;
	while (at < text.length) {
		size_t digits_end = at;
		while (digits_end < text.length && is_digit(text.data[digits_end]))
			digits_end++;
		if (digits_end == at) {
			at++;
			continue;
		}
		size_t unit_at = digits_end;
		while (unit_at < text.length && strchr("\t\n\f\r ", text.data[unit_at]) != NULL &&
		       text.data[unit_at] != '\0')
			unit_at++;
		char letters[UNIT_LETTERS_MAX];
		struct pq_string unit;
		size_t unit_length =
			scan_unit(pq_string_slice(text, unit_at, text.length), letters, &unit);
		if (unit_length > 0 && !is_int64(pq_string_slice(text, at, digits_end - at)))
			return false;
		found = found || is_wordy_unit(unit);
		at = unit_at + unit_length;
	}
	return found;
}

static bool check_duration(struct pq_string text)
{
	struct pq_error ignored;
	int64_t nanoseconds;
	return pq_duration_parse(text, &nanoseconds, &ignored) || has_wordy_duration(text);
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
	{ "bsonobjectid", check_bsonobjectid },
	{ "uri", pq_uri_is_valid },
	{ "email", pq_email_is_valid },
	{ "hostname", check_hostname },
	{ "ipv4", check_ipv4 },
	{ "ipv6", check_ipv6 },
	{ "cidr", check_cidr },
	{ "mac", check_mac },
	{ "uuid", check_uuid },
	{ "uuid3", check_uuid3 },
	{ "uuid4", check_uuid4 },
	{ "uuid5", check_uuid5 },
	{ "isbn", check_isbn },
	{ "isbn10", check_isbn10 },
	{ "isbn13", check_isbn13 },
	{ "creditcard", check_creditcard },
	{ "ssn", check_ssn },
	{ "hexcolor", check_hexcolor },
	{ "rgbcolor", check_rgbcolor },
	{ "byte", check_byte },
	{ "password", check_password },
	{ "date", pq_date_is_valid },
	{ "duration", check_duration },
	{ "datetime", check_datetime },
	{ "k8sshortname", check_short_name },
	{ "k8slongname", check_long_name },
	{ NULL, NULL },
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
		if (is_named(format, name))
			return format;
	}
	return NULL;
}
