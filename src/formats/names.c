#include "formats/names.h"

#include "base/character.h"
#include "base/release.h"

/* The API server's words: RegexError() of a message, the expression and examples. That lengths are
 * in characters here and in bytes there is its own mixture; it counts bytes in both. */
#define ALPHANUMERIC     "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
#define SUBDOMAIN        ALPHANUMERIC "(\\." ALPHANUMERIC ")*"
#define KEY              "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
#define USED(expression) "regex used for validation is '" expression "')"
#define LABEL_PROBLEM                                                                              \
	"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "   \
	"and must start and end with an alphanumeric character (e.g. 'my-name',  or "              \
	"'123-abc', " USED(ALPHANUMERIC)
#define SUBDOMAIN_PROBLEM                                                                          \
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' "  \
	"or '.', and must start and end with an alphanumeric character (e.g. "                     \
	"'example.com', " USED(SUBDOMAIN)
#define DNS1035_PROBLEM                                                                            \
	"a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with "  \
	"an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "    \
	"'abc-123', " USED("[a-z]([-a-z0-9]*[a-z0-9])?")
#define KEY_PROBLEM                                                                                \
	"must consist of alphanumeric characters, '-', '_' or '.', and must start and end with "   \
	"an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', " USED(KEY)
#define VALUE_PROBLEM                                                                              \
	"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' "   \
	"or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "      \
	"'my_value',  or '12345', " USED("(" KEY ")?")

/* Of keys and values of labels. */
#define TOO_LONG(part, most)                                                                       \
	(pq_release_has(PQ_CHANGE_LABELS_IN_BYTES) ? part "must be no more than " most " bytes"    \
						   : part "must be no more than " most             \
							  " characters")

#define UNDERSCORE_LABEL "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
#define UNDERSCORE_PROBLEM                                                                         \
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', " \
	"'-' or '.', and must start and end with an alphanumeric character (e.g. "                 \
	"'example.com', " USED(UNDERSCORE_LABEL "(\\." UNDERSCORE_LABEL ")*")
#define WILDCARD_PROBLEM                                                                           \
	"a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, "  \
	"which must consist of lower case alphanumeric characters, '-' or '.' and end with an "    \
	"alphanumeric character (e.g. '*.example.com', " USED("\\*\\." SUBDOMAIN)
#define CONFIG_KEY_PROBLEM                                                                         \
	"a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "       \
	"'key.name',  or 'KEY_NAME',  or 'key-name', " USED("[-._a-zA-Z0-9]+")
#define HEADER_PROBLEM                                                                             \
	"a valid HTTP header must consist of alphanumeric characters or '-' (e.g. "                \
	"'X-Header-Name', " USED("[-A-Za-z0-9]+")
#define PERCENT_PROBLEM                                                                            \
	"a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  "  \
	"or '93%', " USED("[0-9]+%")

static bool is_lower_alphanumeric(uint32_t byte)
{
	return (byte >= 'a' && byte <= 'z') || pq_is_digit(byte);
}

/* Whether text is one or more characters, the first and last of which are alphanumeric and the
 * others may also be of between. */
static bool is_framed(struct pq_string text, bool (*alphanumeric)(uint32_t), const char *between)
{
	if (text.length == 0 || !alphanumeric(text.data[0]) ||
	    !alphanumeric(text.data[text.length - 1]))
		return false;
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];
		if (!alphanumeric(byte) && (byte == '\0' || strchr(between, byte) == NULL))
			return false;
	}
	return true;
}

static bool is_label(struct pq_string text)
{
	return is_framed(text, is_lower_alphanumeric, "-");
}

static bool is_subdomain(struct pq_string text)
{
	struct pq_string part;
	if (text.length == 0)
		return false;
	while (pq_string_split(&text, '.', &part)) {
		if (!is_label(part))
			return false;
	}
	return true;
}

static bool is_key_name(struct pq_string text)
{
	return is_framed(text, pq_is_alphanumeric, "-_.");
}

size_t pq_names_check_dns1123_label(struct pq_string text,
				    const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	size_t count = 0;
	if (text.length > PQ_NAME_LABEL_MAX)
		problems[count++] = "must be no more than 63 characters";
	if (!is_label(text))
		problems[count++] = is_subdomain(text) ? "must not contain dots" : LABEL_PROBLEM;
	return count;
}

size_t pq_names_check_dns1123_subdomain(struct pq_string text,
					const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	size_t count = 0;
	if (text.length > PQ_NAME_SUBDOMAIN_MAX)
		problems[count++] = "must be no more than 253 characters";
	if (!is_subdomain(text))
		problems[count++] = SUBDOMAIN_PROBLEM;
	return count;
}

size_t pq_names_check_dns1035_label(struct pq_string text,
				    const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	size_t count = 0;
	if (text.length > PQ_NAME_LABEL_MAX)
		problems[count++] = "must be no more than 63 characters";
	if (!is_label(text) || text.data[0] < 'a')
		problems[count++] = DNS1035_PROBLEM;
	return count;
}

static size_t check_key_prefix(struct pq_string prefix, const char **problems)
{
	size_t count = 0;
	if (prefix.length == 0) {
		problems[count++] = "prefix part must be non-empty";
		return count;
	}
	if (prefix.length > PQ_NAME_SUBDOMAIN_MAX)
		problems[count++] = TOO_LONG("prefix part ", "253");
	if (!is_subdomain(prefix))
		problems[count++] = "prefix part " SUBDOMAIN_PROBLEM;
	return count;
}

static size_t check_key_name(struct pq_string name, const char **problems)
{
	size_t count = 0;
	if (name.length == 0)
		problems[count++] = "name part must be non-empty";
	else if (name.length > PQ_NAME_LABEL_MAX)
		problems[count++] = TOO_LONG("name part ", "63");
	if (!is_key_name(name))
		problems[count++] = "name part " KEY_PROBLEM;
	return count;
}

size_t pq_names_check_label_key(struct pq_string text, const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	ptrdiff_t slash = pq_string_find_byte(text, '/');
	if (slash < 0)
		return check_key_name(text, problems);
	struct pq_string prefix = pq_string_slice(text, 0, (size_t)slash);
	struct pq_string name = pq_string_slice(text, (size_t)slash + 1, text.length);
	if (pq_string_find_byte(name, '/') >= 0) {
		problems[0] = "a valid label key " KEY_PROBLEM " with an optional DNS subdomain "
			      "prefix and '/' (e.g. 'example.com/MyName')";
		return 1;
	}
	size_t count = check_key_prefix(prefix, problems);
	return count + check_key_name(name, problems + count);
}

size_t pq_names_check_qualified_name(struct pq_string text,
				     const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	return pq_names_check_label_key(text, problems);
}

size_t pq_names_check_label_value(struct pq_string text, const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	size_t count = 0;
	if (text.length > PQ_NAME_LABEL_MAX)
		problems[count++] = TOO_LONG("", "63");
	if (text.length > 0 && !is_key_name(text))
		problems[count++] = VALUE_PROBLEM;
	return count;
}

size_t pq_names_check_wildcard_subdomain(struct pq_string text,
					 const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	size_t count = 0;
	if (text.length > PQ_NAME_SUBDOMAIN_MAX)
		problems[count++] = "must be no more than 253 characters";
	if (!pq_string_starts_with(text, PQ_S("*.")) ||
	    !is_subdomain(pq_string_slice(text, 2, text.length)))
		problems[count++] = WILDCARD_PROBLEM;
	return count;
}

static bool is_underscore_label(struct pq_string text)
{
	if (text.length > 0 && text.data[0] == '_')
		text = pq_string_slice(text, 1, text.length);
	return is_framed(text, is_lower_alphanumeric, "-_");
}

size_t pq_names_check_subdomain_with_underscore(struct pq_string text,
						const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	struct pq_string rest = text, part;
	bool is_fine = text.length > 0;
	size_t count = 0;
	if (text.length > PQ_NAME_SUBDOMAIN_MAX)
		problems[count++] = "must be no more than 253 characters";
	while (is_fine && pq_string_split(&rest, '.', &part))
		is_fine = is_underscore_label(part);
	if (!is_fine)
		problems[count++] = UNDERSCORE_PROBLEM;
	return count;
}

/* Whether text is one or more alphanumeric characters and those of others. */
static bool consists_of(struct pq_string text, bool (*alphanumeric)(uint32_t), const char *others)
{
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];
		if (!alphanumeric((unsigned char)byte) &&
		    (byte == '\0' || strchr(others, byte) == NULL))
			return false;
	}
	return text.length > 0;
}

static bool has_small_letter(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] >= 'a' && text.data[i] <= 'z')
			return true;
	}
	return false;
}

static bool has_two_hyphens(struct pq_string text)
{
	for (size_t i = 1; i < text.length; i++) {
		if (text.data[i] == '-' && text.data[i - 1] == '-')
			return true;
	}
	return false;
}

size_t pq_names_check_port_name(struct pq_string text, const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	size_t count = 0;
	if (text.length > PQ_NAME_PORT_MAX)
		problems[count++] = "must be no more than 15 characters";
	if (!consists_of(text, is_lower_alphanumeric, "-"))
		problems[count++] =
			"must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
	if (!has_small_letter(text))
		problems[count++] = "must contain at least one letter (a-z)";
	if (has_two_hyphens(text))
		problems[count++] = "must not contain consecutive hyphens";
	if (text.length > 0 && (text.data[0] == '-' || text.data[text.length - 1] == '-'))
		problems[count++] = "must not begin or end with a hyphen";
	return count;
}

size_t pq_names_check_config_map_key(struct pq_string text,
				     const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	size_t count = 0;
	if (text.length > PQ_NAME_SUBDOMAIN_MAX)
		problems[count++] = "must be no more than 253 characters";
	if (!consists_of(text, pq_is_alphanumeric, "-._"))
		problems[count++] = CONFIG_KEY_PROBLEM;
	if (pq_string_is(text, "."))
		problems[count++] = "must not be '.'";
	else if (pq_string_is(text, ".."))
		problems[count++] = "must not be '..'";
	else if (pq_string_starts_with(text, PQ_S("..")))
		problems[count++] = "must not start with '..'";
	return count;
}

size_t pq_names_check_http_header_name(struct pq_string text,
				       const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	problems[0] = HEADER_PROBLEM;
	return consists_of(text, pq_is_alphanumeric, "-") ? 0 : 1;
}

size_t pq_names_check_percent(struct pq_string text, const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	size_t digits = 0;
	while (digits < text.length && pq_is_digit((unsigned char)text.data[digits]))
		digits++;
	problems[0] = PERCENT_PROBLEM;
	return digits > 0 && digits + 1 == text.length && text.data[digits] == '%' ? 0 : 1;
}

size_t pq_names_check_variable_name(struct pq_string text,
				    const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	if (text.length == 0) {
		problems[0] = "environment variable name must be non-empty";
		return 1;
	}
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (byte >= ' ' && byte <= '~' && byte != '=')
			continue;
		problems[0] = "a valid environment variable name must consist only of printable "
			      "ASCII characters other than '='";
		return 1;
	}
	return 0;
}

size_t pq_names_check_path_prefix(struct pq_string text, const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	size_t count = 0;
	if (pq_string_find_byte(text, '/') >= 0)
		problems[count++] = "may not contain '/'";
	if (pq_string_find_byte(text, '%') >= 0)
		problems[count++] = "may not contain '%'";
	return count;
}

size_t pq_names_check_path_segment(struct pq_string text,
				   const char *problems[PQ_NAME_PROBLEMS_MAX])
{
	if (!pq_string_is(text, ".") && !pq_string_is(text, ".."))
		return pq_names_check_path_prefix(text, problems);
	problems[0] = text.length == 1 ? "may not be '.'" : "may not be '..'";
	return 1;
}

struct pq_string pq_names_group_of(struct pq_string api_version)
{
	ptrdiff_t slash = pq_string_find_byte(api_version, '/');
	return pq_string_slice(api_version, 0, slash < 0 ? 0 : (size_t)slash);
}

struct pq_string pq_names_version_of(struct pq_string api_version)
{
	ptrdiff_t slash = pq_string_find_byte(api_version, '/');
	return pq_string_slice(api_version, (size_t)(slash + 1), api_version.length);
}
