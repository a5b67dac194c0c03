#include "admission/response.h"

#include "base/base64.h"
#include "json/write.h"

static void write_patch(struct pq_buffer *buffer, const struct pq_verdict *verdict)
{
	struct pq_buffer patch;
	if (verdict->patch.count == 0)
		return;
	pq_buffer_init_in(&patch, verdict->arena, 0);
	pq_patch_write(&patch, &verdict->patch);
	if (pq_buffer_failed(&patch)) {
		buffer->failed = true;
		return;
	}
	pq_buffer_append_text(buffer, ",\"patch\":\"");
	pq_base64_write(buffer, pq_buffer_view(&patch));
	pq_buffer_append_text(buffer, "\",\"patchType\":\"JSONPatch\"");
}

static void write_annotations(struct pq_buffer *buffer, const struct pq_verdict *verdict)
{
	const char *separator = ",\"auditAnnotations\":{";
	for (const struct pq_audit_annotation *annotation = verdict->annotations;
	     annotation != NULL; annotation = annotation->next) {
		pq_buffer_append_text(buffer, separator);
		pq_json_write_string(buffer, annotation->key, PQ_JSON_COMPACT);
		pq_buffer_append_byte(buffer, ':');
		pq_json_write_string(buffer, annotation->value, PQ_JSON_COMPACT);
		separator = ",";
	}
	if (verdict->annotations != NULL)
		pq_buffer_append_byte(buffer, '}');
}

static void write_warnings(struct pq_buffer *buffer, const struct pq_verdict *verdict)
{
	const char *separator = ",\"warnings\":[";
	for (const struct pq_warning *warning = verdict->warnings; warning != NULL;
	     warning = warning->next) {
		pq_buffer_append_text(buffer, separator);
		pq_json_write_string(buffer, warning->text, PQ_JSON_COMPACT);
		separator = ",";
	}
	if (verdict->warnings_dropped > 0) {
		pq_buffer_append_format(buffer, "%s\"and %zu more warnings\"", separator,
					verdict->warnings_dropped);
		separator = ",";
	}
	if (separator[1] == '\0')
		pq_buffer_append_byte(buffer, ']');
}

void pq_admission_response_write(struct pq_buffer *buffer,
				 const struct pq_admission_request *request,
				 const struct pq_verdict *verdict)
{
	bool allowed = verdict->status.code == 0;
	pq_buffer_append_text(buffer, "{\"kind\":\"AdmissionReview\",\"apiVersion\":");
	pq_json_write_string(buffer, request->api_version, PQ_JSON_COMPACT);
	pq_buffer_append_text(buffer, ",\"response\":{\"uid\":");
	pq_json_write_string(buffer, request->uid, PQ_JSON_COMPACT);
	pq_buffer_append_text(buffer, allowed ? ",\"allowed\":true" : ",\"allowed\":false");
	if (!allowed) {
		pq_buffer_append_text(buffer, ",\"status\":");
		pq_status_write(buffer, &verdict->status, true);
	}
	write_patch(buffer, verdict);
	write_annotations(buffer, verdict);
	write_warnings(buffer, verdict);
	pq_buffer_append_text(buffer, "}}");
}
