#include "formats/time_zone.h"

#include "base/character.h"

enum { PART_MAX = 14 };

extern const char time_zones[];

bool pq_time_zone_is_known(struct pq_string name)
{
	struct pq_string names = pq_string_from(time_zones), known;
	if (pq_string_starts_with(name, PQ_S("posix/")) ||
	    pq_string_starts_with(name, PQ_S("right/")))
		return true;
	while (pq_string_split(&names, '\n', &known)) {
		if (known.length > 0 && pq_string_equal(known, name))
			return true;
	}
	return false;
}

static bool is_part(struct pq_string part)
{
	if (part.length == 0 || part.length > PART_MAX || part.data[0] == '-' ||
	    pq_string_is(part, ".") || pq_string_is(part, ".."))
		return false;
	for (size_t i = 0; i < part.length; i++) {
		char byte = part.data[i];
		if (!pq_is_alphanumeric((unsigned char)byte) &&
		    (byte == '\0' || strchr(".-_+", byte) == NULL))
			return false;
	}
	return true;
}

bool pq_time_zone_is_well_formed(struct pq_string name)
{
	struct pq_string part;
	while (pq_string_split(&name, '/', &part)) {
		if (!is_part(part))
			return false;
	}
	return true;
}
