#include "provision/secret.h"

#include "base/base64.h"
#include "kube/list.h"
#include "json/write.h"

enum { ENTRY_BYTES_MAX = 1024 * 1024 }; /* the API server takes no larger Secret */

static const struct pq_kube_resource secrets = { "", "v1", "secrets", "Secret", true };

static struct pq_kube_target target_of(const struct secret *secret)
{
	return (struct pq_kube_target){ .resource = &secrets,
					.namespace = secret->namespace,
					.name = secret->name };
}

static bool out_of_memory(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a Secret");
}

static void take(struct secret *secret, const struct pq_value *object)
{
	secret->version = pq_kube_metadata(object, PQ_S("resourceVersion"));
	secret->values = pq_value_find(object, PQ_S("data"));
}

bool secret_read(struct secret *secret, struct pq_kube_client *client, struct pq_arena *arena,
		 struct pq_error *error)
{
	struct pq_kube_target target = target_of(secret);
	struct pq_value object;
	if (!pq_kube_get(client, arena, &target, &object, error))
		return error->code == PQ_ERROR_NOT_FOUND;
	take(secret, &object);
	return true;
}

bool secret_extract(const struct secret *secret, const char *const *names,
		    struct pq_certs_memory *memory, struct pq_error *error)
{
	for (; *names != NULL; names++) {
		pq_cleanup_secret_arena struct pq_arena arena = { 0 };
		struct pq_string text =
			pq_value_find_string(secret->values, pq_string_from(*names));
		if (text.data == NULL)
			continue;
		pq_arena_init(&arena, 4 * ENTRY_BYTES_MAX);
		struct pq_string bytes = pq_base64_decode(&arena, text);
		if (bytes.data == NULL)
			return out_of_memory(error);
		if (!pq_certs_memory_write(memory, *names, bytes, error))
			return false;
	}
	return true;
}

/* A file in base64; data NULL when there is none. */
static bool read_entry(const struct pq_certs_memory *memory, const char *name,
		       struct pq_arena *arena, struct pq_string *text, struct pq_error *error)
{
	struct pq_buffer encoded;
	const struct pq_buffer *bytes = pq_certs_memory_find(memory, name);
	*text = (struct pq_string){ 0 };
	if (bytes == NULL)
		return true;
	pq_buffer_init_in(&encoded, arena, 0);
	pq_base64_write(&encoded, pq_buffer_view(bytes));
	if (pq_buffer_failed(&encoded))
		return out_of_memory(error);
	*text = pq_buffer_view(&encoded);
	return true;
}

/* Appends the members of data. *changed tells whether they differ from those that were read. */
static bool write_entries(const struct secret *secret, const char *const *names,
			  const struct pq_certs_memory *memory, struct pq_arena *arena,
			  struct pq_buffer *body, bool *changed, struct pq_error *error)
{
	bool first = true;
	for (; *names != NULL; names++) {
		struct pq_string text, name = pq_string_from(*names);
		struct pq_string before = pq_value_find_string(secret->values, name);
		if (!read_entry(memory, *names, arena, &text, error))
			return false;
		if ((text.data == NULL) != (before.data == NULL) || !pq_string_equal(text, before))
			*changed = true;
		if (text.data == NULL)
			continue;
		pq_buffer_append_text(body, first ? "" : ",");
		pq_json_write_string(body, name, 0);
		pq_buffer_append_byte(body, ':');
		pq_json_write_string(body, text, 0);
		first = false;
	}
	return true;
}

static void write_head(const struct secret *secret, struct pq_buffer *body)
{
	pq_buffer_append_text(body, "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"type\":");
	pq_json_write_string(body, secret->type, 0);
	pq_buffer_append_text(body, ",\"metadata\":{\"name\":");
	pq_json_write_string(body, secret->name, 0);
	pq_buffer_append_text(body, ",\"namespace\":");
	pq_json_write_string(body, secret->namespace, 0);
	pq_buffer_append_text(body, ",\"labels\":{\"app.kubernetes.io/name\":\"pratique\"}");
	if (secret->version.length > 0) {
		pq_buffer_append_text(body, ",\"resourceVersion\":");
		pq_json_write_string(body, secret->version, 0);
	}
	pq_buffer_append_text(body, "},\"data\":{");
}

/* An apply without entries takes away those that its field manager has written: the founder has
 * written none. */
bool secret_establish(struct secret *secret, struct pq_kube_client *client, struct pq_arena *arena,
		      struct pq_error *error)
{
	struct pq_kube_target target = target_of(secret);
	struct pq_kube_client founder = *client;
	struct pq_buffer body;
	struct pq_value object;
	if (secret->version.length > 0 || client->dry_run)
		return true;
	founder.field_manager = "pratique-certs-founder";
	pq_buffer_init_in(&body, arena, 0);
	write_head(secret, &body);
	pq_buffer_append_text(&body, "}}");
	if (pq_buffer_failed(&body))
		return out_of_memory(error);
	if (!pq_kube_apply(&founder, arena, &target, pq_buffer_view(&body), &object, error))
		return false;
	take(secret, &object);
	return true;
}

bool secret_store(const struct secret *secret, const char *const *names,
		  const struct pq_certs_memory *memory, struct pq_kube_client *client,
		  struct pq_arena *arena, bool *changed, struct pq_error *error)
{
	struct pq_kube_target target = target_of(secret);
	struct pq_buffer body;
	bool differs = secret->version.length == 0;
	pq_buffer_init_in(&body, arena, 0);
	write_head(secret, &body);
	if (!write_entries(secret, names, memory, arena, &body, &differs, error))
		return false;
	pq_buffer_append_text(&body, "}}");
	if (pq_buffer_failed(&body))
		return out_of_memory(error);
	*changed = differs;
	if (!differs)
		return true;
	return pq_kube_apply(client, arena, &target, pq_buffer_view(&body), NULL, error);
}
