/* What validation refuses after decoding, where the OpenAPI document says so. */
#include "registry/builtin/steps.h"

#include "base/map.h"
#include "json/write.h"

/* Structs in structs where nothing was sent: a CronJob's containers are five below its spec. */
enum { BLANK_DEPTH_MAX = 6 };

struct validating {
	const struct pq_openapi *openapi;
	struct pq_findings *findings;
	struct pq_value blank; /* an object without members */
	unsigned blank_depth;
	bool is_out_of_memory;
	bool is_merged;
};

/* A struct's field, or what is below it, and its value. */
struct site {
	const struct pq_value *value;
	struct pq_string type; /* the struct */
	struct pq_string field;
	const struct pq_path *path;
};

/* To Go a string or a list that is empty is one that is not there. */
static bool is_absent(const struct pq_value *value)
{
	return value == NULL || value->kind == PQ_NULL ||
	       ((value->kind == PQ_STRING || value->kind == PQ_ARRAY) && value->length == 0);
}

static void check_required(struct validating *validating, const struct site *site,
			   const struct pq_value *owner)
{
	if (validating->is_merged || !is_absent(site->value) ||
	    !builtin_requires(site->type, site->field))
		return;
	pq_findings_add_format(validating->findings, PQ_FINDING_REQUIRED, site->path,
			       site->value == NULL ? owner->offset : site->value->offset,
			       "Required value");
}

/* "Unsupported value: "x": supported values: "A", "B"". An empty one mostly gets a default. */
static void check_enum(struct validating *validating, const struct site *site,
		       struct pq_string enumeration)
{
	struct pq_string text = pq_value_string(site->value), value;
	struct pq_buffer message;
	if (text.length == 0 || pq_openapi_lists(enumeration, '|', text) ||
	    !builtin_restricts(site->type, site->field))
		return;
	pq_buffer_init_in(&message, validating->findings->arena, 0);
	pq_buffer_append_text(&message, "Unsupported value: ");
	pq_go_quote(&message, text);
	pq_buffer_append_text(&message, ": supported values:");
	for (bool is_first = true; pq_string_split(&enumeration, '|', &value); is_first = false) {
		pq_buffer_append_text(&message, is_first ? " " : ", ");
		pq_go_quote(&message, value);
	}
	struct pq_string field = pq_path_render(validating->findings->arena, site->path);
	if (pq_buffer_failed(&message) || field.data == NULL) {
		validating->findings->dropped++;
		return;
	}
	pq_findings_add(validating->findings, (struct pq_finding){
						      .type = PQ_FINDING_NOT_SUPPORTED,
						      .field = field,
						      .message = pq_buffer_view(&message),
						      .offset = site->value->offset,
					      });
}

/* What an item is told by, or false when it lacks a key. An absent protocol is TCP. */
static bool write_keys(struct pq_buffer *text, const struct pq_value *item, struct pq_string keys)
{
	struct pq_string key;
	while (pq_string_split(&keys, ',', &key)) {
		const struct pq_value *value = pq_value_find(item, key);
		bool is_protocol = pq_string_is(key, "protocol");
		if (is_absent(value) && !is_protocol)
			return false;
		if (text->length > 0)
			pq_buffer_append_byte(text, ',');
		if (is_absent(value))
			pq_go_quote(text, PQ_S("TCP"));
		else
			pq_json_write(text, value, 0);
	}
	return !pq_buffer_failed(text);
}

static void add_duplicate(struct validating *validating, const struct site *site, size_t index,
			  struct pq_string keys, struct pq_string shown)
{
	const struct pq_path item = pq_path_index(site->path, index);
	const struct pq_path key = pq_path_property(&item, keys);
	bool is_single = pq_string_find_byte(keys, ',') < 0;
	const struct pq_value *value = &site->value->items[index];
	pq_findings_add_format(validating->findings, PQ_FINDING_DUPLICATE, is_single ? &key : &item,
			       is_single ? pq_value_find(value, keys)->offset : value->offset,
			       "Duplicate value: %.*s", PQ_STRING_ARGUMENT(shown));
}

static void check_keys(struct validating *validating, const struct site *site,
		       struct pq_string keys)
{
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = 0; i < site->value->length; i++) {
		struct pq_buffer text;
		pq_buffer_init_in(&text, validating->findings->arena, 0);
		if (!write_keys(&text, &site->value->items[i], keys))
			continue;
		struct pq_string shown = pq_buffer_view(&text);
		if (pq_map_find(&seen, shown) != NULL)
			add_duplicate(validating, site, i, keys, shown);
		else if (!pq_map_put(&seen, shown, validating, NULL))
			validating->is_out_of_memory = true;
	}
}

static void validate(struct validating *validating, const struct site *site,
		     struct pq_openapi_form form);

/* A struct without any fields stands where nothing was sent; whether something was found in it. */
static bool validate_blank(struct validating *validating, const struct site *site,
			   const struct pq_value *owner, struct pq_openapi_form form)
{
	struct pq_value blank = validating->blank;
	const struct site below = { &blank, site->type, site->field, site->path };
	size_t before = validating->findings->count;
	if (validating->blank_depth == BLANK_DEPTH_MAX)
		return false;
	blank.offset = site->value == NULL ? owner->offset : site->value->offset;
	validating->blank_depth++;
	validate(validating, &below, form);
	validating->blank_depth--;
	return validating->findings->count > before;
}

static void validate_field(struct validating *validating, const struct site *site,
			   const struct pq_value *owner, struct pq_openapi_form form)
{
	bool is_nothing = site->value == NULL || site->value->kind == PQ_NULL;
	if (is_nothing && form.is_value && validate_blank(validating, site, owner, form))
		return;
	if (form.is_required)
		check_required(validating, site, owner);
	if (!is_nothing)
		validate(validating, site, form);
}

static void validate_struct(struct validating *validating, const struct site *site,
			    struct pq_string type)
{
	const struct pq_value *fields = pq_openapi_find_type(validating->openapi, type);
	for (size_t i = 0; fields != NULL && i < fields->object->count; i++) {
		const struct pq_member *field = &fields->object->members[i];
		const struct pq_member *member =
			pq_object_find(site->value->object, field->key, field->hash);
		const struct pq_path path = pq_path_property(site->path, field->key);
		const struct site below = { member == NULL ? NULL : &member->value, type,
					    field->key, &path };
		/* What the server has for these is told elsewhere, or it takes no notice. */
		if (site->path != NULL ||
		    (!pq_string_is(field->key, "metadata") && !pq_string_is(field->key, "status")))
			validate_field(validating, &below, site->value,
				       pq_openapi_read_form(pq_value_string(&field->value)));
	}
}

static void validate_map(struct validating *validating, const struct site *site,
			 struct pq_openapi_form form)
{
	for (size_t i = 0; i < site->value->object->count; i++) {
		const struct pq_member *member = &site->value->object->members[i];
		const struct pq_path path = pq_path_key(site->path, member->key);
		const struct site below = { &member->value, site->type, site->field, &path };
		validate(validating, &below, form);
	}
}

/* A null among structs is one without any fields. */
static void validate_list(struct validating *validating, const struct site *site,
			  struct pq_openapi_form form)
{
	if (form.keys.length > 0 && builtin_has_unique_keys(site->type, site->field))
		check_keys(validating, site, form.keys);
	form = pq_openapi_read_form(form.below);
	for (size_t i = 0; i < site->value->length; i++) {
		const struct pq_path path = pq_path_index(site->path, i);
		const struct pq_value *item = &site->value->items[i];
		struct pq_value blank = validating->blank;
		blank.offset = item->offset;
		const struct site below = { item->kind == PQ_NULL ? &blank : item, site->type,
					    site->field, &path };
		validate(validating, &below, form);
	}
}

/* Recursion is as deep as decoding, which had a limit. */
static void validate(struct validating *validating, const struct site *site,
		     struct pq_openapi_form form)
{
	if (site->value->kind == PQ_ARRAY && form.shape == PQ_OPENAPI_LIST)
		validate_list(validating, site, form);
	else if (site->value->kind == PQ_OBJECT && form.shape == PQ_OPENAPI_MAP)
		validate_map(validating, site, pq_openapi_read_form(form.below));
	else if (site->value->kind == PQ_OBJECT && form.shape == PQ_OPENAPI_STRUCT)
		validate_struct(validating, site, form.name);
	else if (site->value->kind == PQ_STRING && form.enumeration.data != NULL)
		check_enum(validating, site, form.enumeration);
}

bool builtin_validate(struct judging *judging, const struct pq_openapi *openapi,
		      const struct pq_openapi_kind *kind, bool is_merged)
{
	struct validating validating = {
		.openapi = openapi,
		.findings = &judging->outcome->findings,
		.is_merged = is_merged,
	};
	const struct site site = { .value = &judging->document, .type = kind->type };
	if (!pq_value_from_members(judging->arena, NULL, 0, &validating.blank))
		return judging_out_of_room(judging);
	validate(&validating, &site, pq_openapi_read_form(kind->type));
	return !validating.is_out_of_memory || judging_out_of_room(judging);
}
