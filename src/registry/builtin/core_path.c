/* Paths within volumes. */
#include "registry/builtin/pod.h"

bool path_has_backsteps(struct pq_string path)
{
	struct pq_string part;
	while (pq_string_split(&path, '/', &part)) {
		if (pq_string_is(part, ".."))
			return true;
	}
	return false;
}

/* validatePathNoBacksteps */
void path_check_no_backsteps(const struct place *path)
{
	if (path_has_backsteps(place_text(path)))
		refuse_string(path, place_text(path), "must not contain '..'");
}

/* validateLocalDescendingPath, told of another place */
void path_check_relative_of(const struct place *path, const struct place *text)
{
	if (pq_string_starts_with(place_text(text), PQ_S("/")))
		refuse_string(path, place_text(text), "must be a relative path");
	if (path_has_backsteps(place_text(text)))
		refuse_string(path, place_text(text), "must not contain '..'");
}

void path_check_relative(const struct place *path)
{
	path_check_relative_of(path, path);
}

/* ValidateLocalNonReservedPath */
void path_check_unreserved(const struct place *path)
{
	struct pq_string text = place_text(path);
	path_check_relative(path);
	if (pq_string_starts_with(text, PQ_S("..")) && !pq_string_starts_with(text, PQ_S("../")))
		refuse_string(path, text, "must not start with '..'");
}
