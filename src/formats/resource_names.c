#include "formats/resource_names.h"

#include "base/character.h"

struct pq_string pq_resource_guess_plural(struct pq_string kind, char *guess, size_t size)
{
	if (kind.length == 0 || kind.length + 3 > size)
		return (struct pq_string){ 0 };
	for (size_t i = 0; i < kind.length; i++) {
		char c = kind.data[i];
		guess[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	struct pq_string resource = { .data = guess, .length = kind.length };
	if (pq_string_ends_with(resource, PQ_S("endpoints")))
		return resource;
	size_t stem = kind.length;
	const char *ending = "s";
	if (guess[stem - 1] == 's') {
		ending = "es";
	} else if (guess[stem - 1] == 'y') {
		ending = "ies";
		stem--;
	}
	memcpy(guess + stem, ending, strlen(ending));
	resource.length = stem + strlen(ending);
	return resource;
}

enum maturity { ALPHA, BETA, GENERAL };

struct version {
	enum maturity maturity;
	struct pq_string major; /* digits without leading zeros */
	struct pq_string minor;
};

static bool take_number(struct pq_string *text, struct pq_string *number)
{
	size_t end = 0;
	while (end < text->length && pq_is_digit((unsigned char)text->data[end]))
		end++;
	*number = pq_string_slice(*text, 0, end);
	*text = pq_string_slice(*text, end, text->length);
	while (number->length > 1 && number->data[0] == '0')
		*number = pq_string_slice(*number, 1, number->length);
	return end > 0;
}

static bool take_word(struct pq_string *text, struct pq_string word)
{
	if (!pq_string_starts_with(*text, word))
		return false;
	*text = pq_string_slice(*text, word.length, text->length);
	return true;
}

/* v1, v1beta1 or v1alpha1 */
static bool read_version(struct pq_string text, struct version *version)
{
	*version = (struct version){ .maturity = GENERAL };
	if (!take_word(&text, PQ_S("v")) || !take_number(&text, &version->major))
		return false;
	if (text.length == 0)
		return true;
	if (take_word(&text, PQ_S("beta")))
		version->maturity = BETA;
	else if (take_word(&text, PQ_S("alpha")))
		version->maturity = ALPHA;
	else
		return false;
	return take_number(&text, &version->minor) && text.length == 0;
}

static int compare_numbers(struct pq_string a, struct pq_string b)
{
	if (a.length != b.length)
		return a.length > b.length ? 1 : -1;
	return pq_string_compare(a, b);
}

int pq_resource_compare_versions(struct pq_string a, struct pq_string b)
{
	struct version left, right;
	bool left_fits = read_version(a, &left), right_fits = read_version(b, &right);
	if (!left_fits && !right_fits)
		return pq_string_compare(b, a);
	if (left_fits != right_fits)
		return left_fits ? 1 : -1;
	if (left.maturity != right.maturity)
		return left.maturity > right.maturity ? 1 : -1;
	int order = compare_numbers(left.major, right.major);
	return order != 0 ? order : compare_numbers(left.minor, right.minor);
}
