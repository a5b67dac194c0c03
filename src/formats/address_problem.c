#include "base/character.h"
#include "formats/address.h"
#include "json/write.h"

/* Why a text is no address, in the words of net/netip: what is wrong, and from where on. */
struct problem {
	const char *message;
	struct pq_string at; /* data NULL: not said */
};

static struct problem problem_of_ipv4(struct pq_string text)
{
	const struct pq_string nowhere = { 0 };
	size_t fields = 0, digits = 0;
	unsigned value = 0;
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];
		struct pq_string rest = pq_string_slice(text, i, text.length);
		if (pq_is_digit((unsigned char)byte)) {
			if (digits == 1 && value == 0)
				return (struct problem){ "IPv4 field has octet with leading zero",
							 nowhere };
			value = value * 10 + (unsigned)(byte - '0');
			digits++;
			if (value > 255)
				return (struct problem){ "IPv4 field has value >255", nowhere };
		} else if (byte == '.') {
			if (i == 0 || i == text.length - 1 || text.data[i - 1] == '.')
				return (struct problem){ "IPv4 field must have at least one digit",
							 rest };
			if (fields == 3)
				return (struct problem){ "IPv4 address too long", nowhere };
			fields++;
			value = 0;
			digits = 0;
		} else {
			return (struct problem){ "unexpected character", rest };
		}
	}
	return (struct problem){ fields < 3 ? "IPv4 address too short" : NULL, nowhere };
}

/* A group of hexadecimal digits at the start of text, of a length that is put in *length; message
 * NULL when there is nothing wrong with it. */
static const char *problem_of_group(struct pq_string text, size_t *length)
{
	size_t digits = 0;
	while (digits < text.length &&
	       pq_hexadecimal_value((unsigned char)text.data[digits]) >= 0) {
		if (++digits > 4)
			return "each group must have 4 or less digits";
	}
	*length = digits;
	return digits == 0 ? "each colon-separated field must have at least one digit" : NULL;
}

static struct problem problem_of_embedded(struct pq_string text, size_t bytes, bool has_ellipsis)
{
	if (!has_ellipsis && bytes != 12)
		return (struct problem){ "embedded IPv4 address must replace the final 2 fields of "
					 "the address",
					 text };
	if (bytes + 4 > 16)
		return (struct problem){ "too many hex fields to fit an embedded IPv4 at the end "
					 "of the address",
					 text };
	return problem_of_ipv4(text);
}

static struct problem problem_of_ipv6(struct pq_string text)
{
	const struct pq_string nowhere = { 0 };
	struct pq_string rest = text;
	bool has_ellipsis = pq_string_starts_with(text, PQ_S("::"));
	size_t bytes = 0, length;
	if (has_ellipsis)
		rest = pq_string_slice(rest, 2, rest.length);
	while (bytes < 16 && !(rest.length == 0 && has_ellipsis && bytes == 0)) {
		const char *message = problem_of_group(rest, &length);
		if (message != NULL)
			return (struct problem){ message, rest };
		if (length < rest.length && rest.data[length] == '.') {
			struct problem problem = problem_of_embedded(rest, bytes, has_ellipsis);
			if (problem.message != NULL)
				return problem;
			bytes += 4;
			rest.length = 0;
			break;
		}
		bytes += 2;
		rest = pq_string_slice(rest, length, rest.length);
		if (rest.length == 0)
			break;
		if (rest.data[0] != ':')
			return (struct problem){ "unexpected character, want colon", rest };
		if (rest.length == 1)
			return (struct problem){ "colon must be followed by more characters",
						 rest };
		rest = pq_string_slice(rest, 1, rest.length);
		if (rest.data[0] != ':')
			continue;
		if (has_ellipsis)
			return (struct problem){ "multiple :: in address", rest };
		has_ellipsis = true;
		rest = pq_string_slice(rest, 1, rest.length);
		if (rest.length == 0)
			break;
	}
	if (rest.length > 0)
		return (struct problem){ "trailing garbage after address", rest };
	return (struct problem){ bytes == 16 ? "the :: must expand to at least one field of zeros"
					     : "address string too short",
				 nowhere };
}

/* What is told of an IPv6 address does not show its zone. */
static struct problem problem_of_zoned(struct pq_string text)
{
	const struct pq_string nowhere = { 0 };
	ptrdiff_t percent = pq_string_find_byte(text, '%');
	if (percent < 0)
		return problem_of_ipv6(text);
	if ((size_t)percent + 1 == text.length)
		return (struct problem){ "zone must be a non-empty string", nowhere };
	return problem_of_ipv6(pq_string_slice(text, 0, (size_t)percent));
}

static struct problem problem_of_address(struct pq_string text)
{
	const struct pq_string nowhere = { 0 };
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '.')
			return problem_of_ipv4(text);
		if (text.data[i] == ':')
			return problem_of_zoned(text);
		if (text.data[i] == '%')
			return (struct problem){ "missing IPv6 address", nowhere };
	}
	return (struct problem){ "unable to parse IP", nowhere };
}

void pq_address_explain(struct pq_buffer *buffer, struct pq_string text)
{
	struct problem problem = problem_of_address(text);
	pq_buffer_append_text(buffer, "ParseAddr(");
	pq_go_quote(buffer, text);
	pq_buffer_append_format(buffer, "): %s", problem.message == NULL ? "" : problem.message);
	if (problem.at.data == NULL)
		return;
	pq_buffer_append_text(buffer, " (at ");
	pq_go_quote(buffer, problem.at);
	pq_buffer_append_byte(buffer, ')');
}
