/* The paths of scale (unstructured.NestedInt64 and NestedString, and what validator.go makes of
 * their errors). */
#include "registry/scale_path.h"

#include "registry/finding.h"
#include "json/write.h"

#include <stdlib.h>

enum { SHOWN_DEPTH_MAX = 64 }; /* of values shown in a message; deeper ones are cut */

static int compare_keys(const void *a, const void *b)
{
	const struct pq_member *const *left = a, *const *right = b;
	return pq_string_compare((*left)->key, (*right)->key);
}

static void write_plain(struct pq_buffer *text, const struct pq_value *value, unsigned depth);

/* "map[a:1 b:2]", sorted by key as fmt does. text is in an arena. */
static void write_plain_map(struct pq_buffer *text, const struct pq_object *object, unsigned depth)
{
	const struct pq_member **sorted =
		pq_arena_alloc_array(text->arena, object->count, sizeof(struct pq_member *));
	if (sorted == NULL) {
		text->failed = true;
		return;
	}
	for (size_t i = 0; i < object->count; i++)
		sorted[i] = &object->members[i];
	qsort(sorted, object->count, sizeof(struct pq_member *), compare_keys);
	pq_buffer_append_text(text, "map[");
	for (size_t i = 0; i < object->count; i++) {
		pq_buffer_append_text(text, i == 0 ? "" : " ");
		pq_buffer_append_string(text, sorted[i]->key);
		pq_buffer_append_byte(text, ':');
		write_plain(text, &sorted[i]->value, depth + 1);
	}
	pq_buffer_append_byte(text, ']');
}

/* What %v prints of a decoded value. */
static void write_plain(struct pq_buffer *text, const struct pq_value *value, unsigned depth)
{
	if (depth > SHOWN_DEPTH_MAX) {
		pq_buffer_append_text(text, "...");
	} else if (value->kind == PQ_STRING) {
		pq_buffer_append_string(text, pq_value_string(value));
	} else if (value->kind == PQ_NULL) {
		pq_buffer_append_text(text, "<nil>");
	} else if (value->kind == PQ_OBJECT) {
		write_plain_map(text, value->object, depth);
	} else if (value->kind == PQ_ARRAY) {
		pq_buffer_append_byte(text, '[');
		for (size_t i = 0; i < value->length; i++) {
			pq_buffer_append_text(text, i == 0 ? "" : " ");
			write_plain(text, &value->items[i], depth + 1);
		}
		pq_buffer_append_byte(text, ']');
	} else {
		pq_go_write_value(text, value);
	}
}

static struct scale_place misfit(struct pq_arena *arena, struct pq_string path,
				 const struct pq_value *value, const char *expected)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	pq_buffer_append_string(&text, path);
	pq_buffer_append_text(&text, " accessor error: ");
	write_plain(&text, value, 0);
	pq_buffer_append_format(&text, " is of the type %s, expected %s", pq_go_type(value),
				expected);
	return (struct scale_place){
		.error = pq_buffer_failed(&text) ? PQ_S("accessor error") : pq_buffer_view(&text),
	};
}

static struct pq_string without_dot(struct pq_string path)
{
	return pq_string_starts_with(path, PQ_S(".")) ? pq_string_slice(path, 1, path.length)
						      : path;
}

struct scale_place scale_path_find(struct pq_arena *arena, const struct pq_value *object,
				   struct pq_string path)
{
	struct pq_string rest = without_dot(path), step;
	const struct pq_value *found = object;
	while (found != NULL && pq_string_split(&rest, '.', &step)) {
		if (found->kind == PQ_NULL) {
			found = NULL;
		} else if (found->kind != PQ_OBJECT) {
			size_t length = (size_t)(step.data - path.data) + step.length;
			return misfit(arena, pq_string_slice(path, 0, length), found,
				      "map[string]interface{}");
		} else {
			found = pq_value_find(found, step);
		}
	}
	return (struct scale_place){ .found = found };
}

int64_t scale_path_find_integer(struct pq_arena *arena, const struct pq_value *object,
				struct pq_string path, struct scale_place *place)
{
	*place = scale_path_find(arena, object, path);
	if (place->found == NULL)
		return 0;
	if (place->found->kind == PQ_INTEGER)
		return place->found->integer;
	*place = misfit(arena, path, place->found, "int64");
	return 0;
}

static size_t count_steps(struct pq_string path)
{
	struct pq_string step;
	size_t count = 0;
	while (pq_string_split(&path, '.', &step))
		count++;
	return count;
}

bool scale_path_replace(struct pq_arena *arena, const struct pq_value *object,
			struct pq_string path, const struct pq_value *value,
			struct pq_value *result)
{
	struct pq_string rest = without_dot(path);
	size_t count = count_steps(rest);
	struct pq_string *steps = pq_arena_alloc_array(arena, count, sizeof *steps);
	const struct pq_value **levels = pq_arena_alloc_array(arena, count, sizeof *levels);
	const struct pq_value nothing = pq_value_null();
	struct pq_value made = *value;
	if (steps == NULL || levels == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		pq_string_split(&rest, '.', &steps[i]);
		levels[i] = i == 0 ? object : pq_value_find(levels[i - 1], steps[i - 1]);
	}
	for (size_t i = count; i > 0; i--) {
		const struct pq_value *level = levels[i - 1] == NULL ? &nothing : levels[i - 1];
		if (!pq_value_with_member(arena, level, steps[i - 1], &made, &made))
			return false;
	}
	*result = made;
	return true;
}

static void check_replicas(const struct pq_value *object, struct pq_string path,
			   struct pq_findings *findings)
{
	const struct pq_path field = pq_path_property(NULL, path);
	struct scale_place place;
	struct pq_value shown = pq_value_from_integer(
		scale_path_find_integer(findings->arena, object, path, &place));
	if (place.found != NULL)
		shown.offset = place.found->offset;
	if (place.error.data != NULL)
		finding_add_invalid(findings, &field, &shown, place.error);
	else if (shown.integer < 0)
		finding_add_invalid(findings, &field, &shown,
				    PQ_S("should be a non-negative integer"));
	else if (shown.integer > INT32_MAX)
		finding_add_invalid(findings, &field, &shown,
				    PQ_S("should be less than or equal to 2147483647"));
}

static void check_selector(const struct pq_value *object, struct pq_string path,
			   struct pq_findings *findings)
{
	const struct pq_path field = pq_path_property(NULL, path);
	struct scale_place place = scale_path_find(findings->arena, object, path);
	if (place.found != NULL && place.found->kind != PQ_STRING)
		place = misfit(findings->arena, path, place.found, "string");
	if (place.error.data != NULL)
		finding_add_invalid_text(findings, &field, PQ_S(""), PQ_OFFSET_NONE, place.error);
}

void scale_path_check_spec(const struct pq_crd_version *version, const struct pq_value *object,
			   struct pq_findings *findings)
{
	if (version->has_scale)
		check_replicas(object, version->spec_replicas_path, findings);
}

void scale_path_check_status(const struct pq_crd_version *version, const struct pq_value *object,
			     struct pq_findings *findings)
{
	if (!version->has_scale)
		return;
	check_replicas(object, version->status_replicas_path, findings);
	if (version->label_selector_path.length > 0)
		check_selector(object, version->label_selector_path, findings);
}
