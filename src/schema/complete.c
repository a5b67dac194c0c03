/*
 * Completeness (schema/complete.go): what a junctor says of a property or of items is said of
 * something that exists outside of junctors. Like the API server, this looks only at the junctors
 * of the root.
 */
#include "schema/check.h"

struct place {
	const struct pq_source *source; /* outside of junctors, or NULL: there is none */
	const struct pq_path *path;
};

static void check_nested(const struct pq_check *check, const struct pq_source *nested,
			 const struct pq_path *nested_path, struct place place);

static void report(const struct pq_check *check, const struct pq_path *missing,
		   const struct pq_path *nested_path, const struct pq_value *where)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, check->arena, 0);
	pq_buffer_append_text(&text, "because it is defined in ");
	pq_path_write(&text, nested_path);
	if (pq_buffer_failed(&text))
		check->findings->dropped++;
	else
		pq_check_add(check, PQ_FINDING_REQUIRED, missing, where, pq_buffer_view(&text));
}

static void check_list(const struct pq_check *check, const struct pq_source_list *list,
		       const struct pq_path *path, const char *keyword, struct place place)
{
	struct pq_path above = pq_path_property(path, pq_string_from(keyword));
	for (size_t i = 0; i < list->count; i++) {
		struct pq_path step = pq_path_index(&above, i);
		check_nested(check, list->items[i], &step, place);
	}
}

static void check_junctors(const struct pq_check *check, const struct pq_source *source,
			   const struct pq_path *path, struct place place)
{
	if (source->not != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("not"));
		check_nested(check, source->not, &step, place);
	}
	check_list(check, &source->all_of, path, "allOf", place);
	check_list(check, &source->any_of, path, "anyOf", place);
	check_list(check, &source->one_of, path, "oneOf", place);
}

static void check_property(const struct pq_check *check, const struct pq_source_member *member,
			   const struct pq_path *path, struct place place)
{
	struct pq_path keyword = pq_path_property(path, PQ_S("properties"));
	struct pq_path step = pq_path_key(&keyword, member->name);
	struct pq_path place_keyword = pq_path_property(place.path, PQ_S("properties"));
	struct pq_path place_step = pq_path_key(&place_keyword, member->name);
	struct pq_source *property = pq_source_find_property(place.source, member->name);
	if (property == NULL)
		report(check, &place_step, &step, member->schema->value);
	else
		check_nested(check, member->schema, &step,
			     (struct place){ .source = property, .path = &place_step });
}

static void check_nested(const struct pq_check *check, const struct pq_source *nested,
			 const struct pq_path *nested_path, struct place place)
{
	if (place.source == NULL) {
		report(check, place.path, nested_path, nested->value);
		return;
	}
	check_junctors(check, nested, nested_path, place);
	if (nested->items != NULL) {
		struct pq_path step = pq_path_property(nested_path, PQ_S("items"));
		struct pq_path place_step = pq_path_property(place.path, PQ_S("items"));
		check_nested(check, nested->items, &step,
			     (struct place){ .source = place.source->items, .path = &place_step });
	}
	for (size_t i = 0; i < nested->properties.count; i++)
		check_property(check, &nested->properties.items[i], nested_path, place);
}

void pq_check_completeness(const struct pq_check *check, const struct pq_source *source,
			   const struct pq_path *path)
{
	check_junctors(check, source, path, (struct place){ .source = source, .path = path });
}
