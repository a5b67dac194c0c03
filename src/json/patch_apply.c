#include "json/draft.h"
#include "json/patch.h"
#include "json/write.h"

#include <stdarg.h>
#include <stdio.h>

/* A patch being applied. */
struct application {
	struct pq_draft draft;
	struct pq_error *error;
	size_t copied; /* bytes of JSON that copies have added */
};

static bool refuse(struct application *application, const char *format, ...) PQ_PRINTF(2, 3);

static bool refuse(struct application *application, const char *format, ...)
{
	char message[PQ_ERROR_MESSAGE_MAX];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	pq_error_set(application->error, PQ_ERROR_REJECTED, "%s", message);
	return false;
}

static bool refuse_memory(struct application *application)
{
	return pq_error_set(application->error, PQ_ERROR_TOO_LARGE,
			    "the patched document needs more memory than a request may use");
}

/* A reference token with "~1" and "~0" resolved; other tildes stand for themselves. */
static bool decode_token(struct application *application, struct pq_string token,
			 struct pq_string *key)
{
	*key = token;
	if (pq_string_find_byte(token, '~') < 0)
		return true;
	char *bytes = pq_arena_alloc_bytes(application->draft.arena, token.length);
	if (bytes == NULL)
		return refuse_memory(application);
	size_t length = 0;
	for (size_t i = 0; i < token.length; i++) {
		char byte = token.data[i];
		char next = i + 1 < token.length ? token.data[i + 1] : '\0';
		if (byte == '~' && (next == '0' || next == '1')) {
			byte = next == '0' ? '~' : '/';
			i++;
		}
		bytes[length++] = byte;
	}
	*key = (struct pq_string){ .data = bytes, .length = length };
	return true;
}

/* strconv.Atoi: a sign is allowed, and so are zeros in front. */
static bool parse_index(struct application *application, struct pq_string key, int64_t *index)
{
	size_t at = key.length > 0 && (key.data[0] == '-' || key.data[0] == '+');
	bool negative = at == 1 && key.data[0] == '-';
	bool valid = at < key.length, fits = true;
	int64_t number = 0;
	for (; valid && at < key.length; at++) {
		int digit = key.data[at] - '0';
		valid = digit >= 0 && digit <= 9;
		fits = fits && !__builtin_mul_overflow(number, 10, &number) &&
		       !__builtin_add_overflow(number, negative ? -digit : digit, &number);
	}
	if (!valid || !fits)
		return refuse(application, "strconv.Atoi: parsing \"%.*s\": %s",
			      PQ_STRING_ARGUMENT(key),
			      valid ? "value out of range" : "invalid syntax");
	*index = number;
	return true;
}

/* An index from 0 up to last, or a negative one counted from behind last. */
static bool find_index(struct application *application, struct pq_string key, size_t count,
		       size_t *index)
{
	int64_t number = 0;
	if (!parse_index(application, key, &number))
		return false;
	if (number >= (int64_t)count || number < -(int64_t)count)
		return refuse(application,
			      "Unable to access invalid index: %lld: invalid index referenced",
			      (long long)number);
	*index = (size_t)(number < 0 ? number + (int64_t)count : number);
	return true;
}

/* A place in the draft: a container and a key in it. */
struct place {
	struct pq_value *container; /* NULL: there is none, or the pointer has no "/" */
	struct pq_string key;
};

/* The child at key, or NULL. */
static struct pq_value *find_child(struct application *application, struct pq_value *container,
				   struct pq_string key)
{
	size_t index = 0;
	if (container->kind == PQ_OBJECT)
		return pq_draft_find(container, key);
	if (!find_index(application, key, container->length, &index))
		return NULL;
	return pq_draft_item(container, index);
}

/* Walks to the container that holds the last token of a pointer. What is to be changed is owned on
 * the way. Whatever stands before the first "/" is overlooked. False only without memory. */
static bool find_place(struct application *application, struct pq_string pointer, bool change,
		       struct place *place)
{
	struct pq_string rest = pointer, token;
	struct pq_value *value = &application->draft.root;
	*place = (struct place){ 0 };
	pq_string_split(&rest, '/', &token);
	if (rest.data == NULL)
		return true;
	while (value != NULL && pq_value_is_container(value)) {
		if (change && !pq_draft_own(&application->draft, value, 1))
			return refuse_memory(application);
		pq_string_split(&rest, '/', &token);
		struct pq_string key;
		if (!decode_token(application, token, &key))
			return false;
		if (rest.data == NULL) {
			*place = (struct place){ .container = value, .key = key };
			return true;
		}
		value = find_child(application, value, key);
	}
	return true;
}

/* How the library words the two ways in which a place can be wrong, around the pointer. */
struct wording {
	const char *missing, *missing_end; /* nothing holds such a key */
	const char *within, *within_end;   /* what holds it refuses it; without an end no pointer */
};

static const struct wording add_words = {
	"add operation does not apply: doc is missing path: \"",
	"\"",
	"error in add for path: '",
	"'",
};
static const struct wording remove_words = {
	"remove operation does not apply: doc is missing path: \"",
	"\"",
	"error in remove for path: '",
	"'",
};
static const struct wording move_from_words = {
	"move operation does not apply: doc is missing from path: ",
	"",
	"error in move for path: '",
	"'",
};
static const struct wording move_words = {
	"move operation does not apply: doc is missing destination path: ",
	"",
	"error in move for path: '",
	"'",
};
static const struct wording copy_from_words = {
	"copy operation does not apply: doc is missing from path: ",
	"",
	"error in copy for from: '",
	"'",
};
static const struct wording copy_words = {
	"copy operation does not apply: doc is missing destination path: ",
	"",
	"error while adding value during copy",
	"",
};
static const struct wording array_words = {
	"",
	"",
	"value was not a proper array index: '",
	"'",
};
static const struct wording replace_words = {
	"replace operation does not apply: doc is missing path: ",
	"",
	"replace operation does not apply: doc is missing key: ",
	"",
};
static const struct wording test_words = {
	"test operation does not apply: is missing path: ",
	"",
	"error in test for path: '",
	"'",
};

static bool refuse_missing(struct application *application, const struct wording *words,
			   struct pq_string pointer)
{
	return refuse(application, "%s%.*s%s: missing value", words->missing,
		      PQ_STRING_ARGUMENT(pointer), words->missing_end);
}

/* Puts what is being done in front of the reason that has been given. */
static bool refuse_within(struct application *application, const struct wording *words,
			  struct pq_string pointer)
{
	char reason[PQ_ERROR_MESSAGE_MAX];
	if (application->error->code != PQ_ERROR_REJECTED)
		return false;
	memcpy(reason, application->error->message, sizeof reason);
	if (words->within_end[0] == '\0')
		pointer.length = 0;
	return refuse(application, "%s%.*s%s: %s", words->within, PQ_STRING_ARGUMENT(pointer),
		      words->within_end, reason);
}

static bool add_to_array(struct application *application, const struct place *place,
			 const struct pq_value *value)
{
	struct pq_value *array = place->container;
	size_t index = array->length;
	int64_t number;
	if (!pq_string_is(place->key, "-")) {
		if (!parse_index(application, place->key, &number))
			return refuse_within(application, &array_words, place->key);
		if (!find_index(application, place->key, index + 1, &index))
			return false;
	}
	pq_draft_insert_item(array, index, value);
	return true;
}

static bool add(struct application *application, const struct wording *words,
		struct pq_string pointer, const struct pq_value *value)
{
	struct place place;
	if (!find_place(application, pointer, true, &place))
		return false;
	if (place.container == NULL)
		return refuse_missing(application, words, pointer);
	if (place.container->kind == PQ_ARRAY)
		return add_to_array(application, &place, value) ||
		       refuse_within(application, words, pointer);
	pq_draft_put(place.container, place.key, value);
	return true;
}

static bool remove_from(struct application *application, const struct place *place)
{
	struct pq_value *container = place->container;
	size_t index = 0;
	if (container->kind == PQ_OBJECT)
		return pq_draft_remove(&application->draft, container, place->key) ||
		       refuse(application, "Unable to remove nonexistent key: %.*s: missing value",
			      PQ_STRING_ARGUMENT(place->key));
	if (!find_index(application, place->key, container->length, &index))
		return false;
	pq_draft_remove_item(container, index);
	return true;
}

/* Takes out what stands in a place; *taken is set to it. */
static bool take(struct application *application, const struct place *place, struct pq_value *taken)
{
	const struct pq_value *child = find_child(application, place->container, place->key);
	struct pq_value value = child == NULL ? pq_value_null() : *child;
	if (!remove_from(application, place))
		return false;
	*taken = value;
	return true;
}

static bool remove_value(struct application *application, struct pq_string pointer)
{
	struct place place;
	if (!find_place(application, pointer, true, &place))
		return false;
	if (place.container == NULL)
		return refuse_missing(application, &remove_words, pointer);
	return remove_from(application, &place) ||
	       refuse_within(application, &remove_words, pointer);
}

/* A key that an object lacks is added, as the library does. */
static bool replace(struct application *application, const struct pq_patch_operation *operation)
{
	struct pq_string pointer = operation->path;
	struct place place;
	if (pointer.length == 0) {
		if (!pq_value_is_container(&operation->value))
			return refuse(application,
				      "replace operation value must be object or array");
		application->draft.root = operation->value;
		return true;
	}
	if (!find_place(application, pointer, true, &place))
		return false;
	if (place.container == NULL)
		return refuse_missing(application, &replace_words, pointer);
	if (place.container->kind == PQ_OBJECT) {
		pq_draft_put(place.container, place.key, &operation->value);
		return true;
	}
	struct pq_value *item = find_child(application, place.container, place.key);
	if (item == NULL)
		return refuse(application, "%s%.*s: missing value", replace_words.within,
			      PQ_STRING_ARGUMENT(pointer));
	*item = operation->value;
	return true;
}

static bool move(struct application *application, const struct pq_patch_operation *operation)
{
	struct place place;
	struct pq_value value;
	if (!find_place(application, operation->from, true, &place))
		return false;
	if (place.container == NULL)
		return refuse_missing(application, &move_from_words, operation->from);
	if (!take(application, &place, &value))
		return refuse_within(application, &move_from_words, place.key);
	return add(application, &move_words, operation->path, &value);
}

/* Sharing makes a copy free here, but whoever reads the result pays for every one. */
static bool count_copy(struct application *application, const struct pq_value *value)
{
	pq_cleanup_buffer struct pq_buffer text;
	size_t left = PQ_PATCH_COPIED_BYTES_MAX - application->copied;
	pq_buffer_init(&text, left + 1);
	pq_json_write(&text, value, PQ_JSON_COMPACT);
	if (!pq_buffer_failed(&text) && text.length <= left) {
		application->copied += text.length;
		return true;
	}
	return pq_error_set(application->error, PQ_ERROR_TOO_LARGE,
			    "Unable to complete the copy, the accumulated size increase of copy "
			    "exceeds the limit %d",
			    PQ_PATCH_COPIED_BYTES_MAX);
}

static bool copy(struct application *application, const struct pq_patch_operation *operation)
{
	struct place place;
	if (!find_place(application, operation->from, false, &place))
		return false;
	if (place.container == NULL)
		return refuse_missing(application, &copy_from_words, operation->from);
	const struct pq_value *found = find_child(application, place.container, place.key);
	if (found == NULL && place.container->kind == PQ_ARRAY)
		return refuse_within(application, &copy_from_words, operation->from);
	/* The library copies a key that is not there as null. */
	struct pq_value value = found == NULL ? pq_value_null() : *found;
	if (!pq_draft_settle(&application->draft, &value))
		return refuse_memory(application);
	if (!count_copy(application, &value))
		return false;
	pq_draft_share(&application->draft);
	return add(application, &copy_words, operation->path, &value);
}

/* A key that an object lacks equals null. */
static bool test(struct application *application, const struct pq_patch_operation *operation)
{
	struct pq_string pointer = operation->path;
	const struct pq_value *found = &application->draft.root;
	const struct pq_value absent = pq_value_null();
	struct place place;
	if (pointer.length > 0) {
		if (!find_place(application, pointer, false, &place))
			return false;
		if (place.container == NULL)
			return refuse_missing(application, &test_words, pointer);
		found = find_child(application, place.container, place.key);
		if (found == NULL && place.container->kind == PQ_ARRAY)
			return refuse_within(application, &test_words, pointer);
	}
	if (found == NULL)
		found = &absent;
	if (!pq_draft_settle(&application->draft, found))
		return refuse_memory(application);
	if (pq_value_equal(found, &operation->value))
		return true;
	return refuse(application, "testing value %.*s failed: test failed",
		      PQ_STRING_ARGUMENT(pointer));
}

static bool apply(struct application *application, const struct pq_patch_operation *operation)
{
	switch (operation->verb) {
	case PQ_PATCH_ADD:
		return add(application, &add_words, operation->path, &operation->value);
	case PQ_PATCH_REMOVE:
		return remove_value(application, operation->path);
	case PQ_PATCH_REPLACE:
		return replace(application, operation);
	case PQ_PATCH_MOVE:
		return move(application, operation);
	case PQ_PATCH_COPY:
		return copy(application, operation);
	case PQ_PATCH_TEST:
		return test(application, operation);
	}
	return false;
}

bool pq_patch_apply(struct pq_arena *arena, const struct pq_value *document,
		    const struct pq_patch *patch, struct pq_value *result, struct pq_error *error)
{
	struct application application = { .error = error };
	bool success = true;
	if (patch->failed)
		return pq_error_set(error, PQ_ERROR_TOO_LARGE,
				    "the patch needs more memory than a request may use");
	if (!pq_value_is_container(document))
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "only an object or an array can be patched, not %s",
				    pq_kind_name(document->kind));
	pq_draft_init(&application.draft, arena, document);
	for (size_t i = 0; success && i < patch->count; i++) {
		success = apply(&application, &patch->operations[i]);
		if (!success)
			pq_patch_blame_operation(error, i, patch->operations[i].path);
	}
	if (success && !pq_draft_settle(&application.draft, &application.draft.root))
		success = refuse_memory(&application);
	if (success)
		*result = application.draft.root;
	pq_draft_done(&application.draft);
	return success;
}
