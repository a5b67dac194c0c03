#include "check/judge.h"

#include "check/classify.h"
#include "check/comments.h"
#include "check/overlays.h"
#include "check/unknown.h"
#include "formats/names.h"
#include "registry/builtin.h"
#include "registry/old_object.h"

/* A document while it is judged. When its arena is exhausted, whoever notices just returns: the
 * draft is given up in the end. */
struct hearing {
	const struct check_world *world;
	const struct check_document *document;
	struct check_draft *draft;
	struct pq_policy_subject subject;
	const struct pq_value *old;           /* what it was, or NULL */
	const struct check_document *created; /* the document as it stands, whatever it was */
	struct check_old_object found;
	const struct check_old_reader *reader; /* which found it */
};

/* The rule's failure that a warning tells of, or NULL. */
static const struct pq_finding *find_forgiven(const struct pq_findings *forgiven,
					      const struct pq_string *texts,
					      struct pq_string warning)
{
	for (size_t i = 0; i < forgiven->count; i++) {
		if (pq_string_equal(texts[i], warning))
			return &forgiven->items[i];
	}
	return NULL;
}

/* Those about a field become findings, which have a place; the others stay texts. */
static void add_warnings(struct check_draft *draft, const struct pq_resource_outcome *outcome)
{
	const struct pq_findings *forgiven = &outcome->forgiven;
	struct pq_string *texts =
		pq_arena_alloc_array(draft->arena, forgiven->count, sizeof *texts);
	struct pq_string *others =
		pq_arena_alloc_array(draft->arena, outcome->warning_count, sizeof *others);
	size_t count = 0;
	if (texts == NULL || others == NULL)
		return;
	for (size_t i = 0; i < forgiven->count; i++)
		texts[i] = pq_finding_render(draft->arena, &forgiven->items[i]);
	for (size_t i = 0; i < outcome->warning_count; i++) {
		const struct pq_finding *found =
			find_forgiven(forgiven, texts, outcome->warnings[i]);
		if (found == NULL)
			others[count++] = outcome->warnings[i];
		else
			check_draft_add_finding(draft, PQ_CHECK_WARNING, found);
	}
	draft->outcome.warnings = others;
	draft->outcome.warning_count = count;
}

static void add_outcome(struct check_draft *draft, const struct pq_resource_outcome *outcome)
{
	struct pq_status *status = pq_arena_alloc_raw(draft->arena, sizeof *status);
	check_draft_add_findings(draft, PQ_CHECK_ERROR, &outcome->strict);
	if (outcome->status.code != 0 && pq_findings_is_empty(&outcome->findings))
		check_draft_add_refusal(draft, outcome->refused_offset, outcome->status.message);
	else if (outcome->status.code != 0)
		check_draft_add_findings(draft, PQ_CHECK_ERROR, &outcome->findings);
	if (status != NULL)
		*status = outcome->status;
	draft->outcome.status = status;
	add_warnings(draft, outcome);
}

/* What it was says nothing when no server can have stored it; then it is judged anew. False when
 * what is in the outcome is about the document. */
static bool forgets_old(struct hearing *hearing, const struct pq_resource_outcome *outcome)
{
	struct check_draft *draft = hearing->draft;
	if (!outcome->is_old_refused)
		return false;
	check_draft_add_message(
		draft, PQ_CHECK_WARNING,
		pq_arena_format(draft->arena,
				"judged as a new object, for no server can have stored what it "
				"was (%s:%u): %.*s",
				hearing->found.file,
				check_old_line(hearing->reader, &hearing->found.value),
				PQ_STRING_ARGUMENT(outcome->status.message)));
	draft->outcome.is_update = false;
	hearing->document = hearing->created;
	hearing->subject.old = hearing->old = NULL;
	return true;
}

/* The request that would create the object, or update it. */
static struct pq_resource_request request_of(const struct hearing *hearing)
{
	struct pq_string namespace = hearing->draft->outcome.namespace;
	return (struct pq_resource_request){
		.document = &hearing->document->value,
		.reading = &hearing->document->reading,
		.field_validation = PQ_FIELDS_IGNORE,
		.namespace = namespace.length > 0 ? namespace : PQ_S("default"),
		.name = hearing->old != NULL ? hearing->draft->outcome.name
					     : (struct pq_string){ 0 },
		.old = hearing->old,
	};
}

/* An API server would know the kind, but not this version of it. */
static const struct pq_crd *find_other_version(const struct hearing *hearing)
{
	const struct pq_policy *policy = hearing->world->policy;
	for (size_t i = 0; i < pq_policy_crd_count(policy); i++) {
		const struct pq_crd *crd = pq_policy_crd_at(policy, i);
		if (pq_string_equal(crd->group, hearing->subject.group) &&
		    pq_string_equal(crd->kind, hearing->subject.kind))
			return crd;
	}
	return NULL;
}

/* "v1, v1beta1". Data NULL without memory. */
static struct pq_string list_served(struct pq_arena *arena, const struct pq_crd *crd)
{
	struct pq_string list = PQ_S("");
	for (size_t i = 0; i < crd->version_count && list.data != NULL; i++) {
		const struct pq_crd_version *version = &crd->versions[i];
		if (version->served)
			list = pq_arena_format(arena, "%.*s%s%.*s", PQ_STRING_ARGUMENT(list),
					       list.length > 0 ? ", " : "",
					       PQ_STRING_ARGUMENT(version->name));
	}
	return list.data == NULL || list.length > 0 ? list : PQ_S("none");
}

static void add_not_served(struct check_draft *draft, const struct pq_crd *crd,
			   struct pq_string version)
{
	struct pq_string served = list_served(draft->arena, crd);
	check_draft_add_message(
		draft, PQ_CHECK_ERROR,
		pq_arena_format(draft->arena, "%.*s does not serve version %.*s, but %.*s",
				PQ_STRING_ARGUMENT(crd->name), PQ_STRING_ARGUMENT(version),
				PQ_STRING_ARGUMENT(served)));
}

static bool judge_by_crd(struct hearing *hearing)
{
	const struct pq_policy_subject *subject = &hearing->subject;
	struct pq_resource_request request = request_of(hearing);
	struct pq_resource_outcome outcome;
	struct check_draft *draft = hearing->draft;
	struct pq_value old;
	request.crd = pq_policy_find_kind(hearing->world->policy, subject->group, subject->version,
					  subject->kind, &request.version);
	const struct pq_crd *known =
		request.crd != NULL ? request.crd : find_other_version(hearing);
	if (known == NULL)
		return false;
	if (request.crd == NULL || !request.version->served) {
		add_not_served(draft, known, subject->version);
		return true;
	}
	if (request.old != NULL) {
		if (!pq_old_object_complete(draft->arena, &request, &old))
			return true;
		request.old = &old;
	}
	pq_custom_resource_judge(draft->arena, &request, &outcome);
	if (forgets_old(hearing, &outcome))
		return judge_by_crd(hearing);
	add_outcome(draft, &outcome);
	return true;
}

static bool judge_as_builtin(struct hearing *hearing)
{
	const struct pq_policy_subject *subject = &hearing->subject;
	struct pq_resource_request request = request_of(hearing);
	struct pq_resource_outcome outcome;
	struct pq_openapi_kind kind;
	const struct pq_openapi *openapi = hearing->world->settings->openapi;
	if (!pq_openapi_find_kind(openapi, subject->group, subject->version, subject->kind, &kind))
		return false;
	pq_builtin_judge(hearing->draft->arena, openapi, &kind, &request, &outcome);
	if (forgets_old(hearing, &outcome))
		return judge_as_builtin(hearing);
	add_outcome(hearing->draft, &outcome);
	return true;
}

static void add_unknown(struct hearing *hearing)
{
	const struct check_world *world = hearing->world;
	const struct pq_policy_subject *subject = &hearing->subject;
	enum pq_check_unknown unknown = world->settings->unknown;
	struct check_draft *draft = hearing->draft;
	const struct pq_check_unknown_object object = {
		.value = subject->object,
		.is_item = hearing->document->item != PQ_CHECK_NO_ITEM,
		.refused_crd = check_world_find_refused_kind(world, subject->group, subject->kind),
	};
	struct pq_check_unknown_reason reason =
		pq_check_explain_unknown(draft->arena, world->settings->openapi, &object);
	draft->outcome.verdict = PQ_CHECK_UNKNOWN;
	draft->outcome.lacks_crd = reason.lacks_crd;
	if (unknown != PQ_CHECK_UNKNOWN_IGNORE)
		check_draft_add_message(
			draft, unknown == PQ_CHECK_UNKNOWN_WARN ? PQ_CHECK_WARNING : PQ_CHECK_ERROR,
			reason.text);
}

static void judge_object(struct hearing *hearing)
{
	struct check_draft *draft = hearing->draft;
	const struct check_document *document = hearing->document;
	hearing->subject = (struct pq_policy_subject){
		.group = pq_names_group_of(draft->outcome.api_version),
		.version = pq_names_version_of(draft->outcome.api_version),
		.kind = draft->outcome.kind,
		.namespace = draft->outcome.namespace,
		.object = &hearing->created->value,
		.old = hearing->old,
		.namespace_labels =
			check_world_find_labels(hearing->world, draft->outcome.namespace),
	};
	bool is_known = judge_by_crd(hearing) || judge_as_builtin(hearing);
	size_t overlays = check_judge_by_overlays(hearing->world, &hearing->created->value,
						  &hearing->subject, draft);
	if (is_known)
		return;
	check_draft_add_findings(draft, PQ_CHECK_ERROR, &document->reading);
	if (overlays == 0 && pq_findings_is_empty(&document->reading))
		add_unknown(hearing);
}

static void judge_crd(struct hearing *hearing)
{
	struct check_draft *draft = hearing->draft;
	struct pq_resource_request request = request_of(hearing);
	struct pq_resource_outcome outcome;
	struct pq_value old;
	if (request.old != NULL) {
		if (!pq_old_crd_complete(draft->arena, request.old, &old))
			return;
		request.old = &old;
	}
	pq_crd_judge(draft->arena, &request, &outcome);
	if (forgets_old(hearing, &outcome)) {
		judge_crd(hearing);
		return;
	}
	add_outcome(draft, &outcome);
}

static void add_remark(const char *text, void *context)
{
	struct check_draft *draft = context;
	check_draft_add_message(draft, PQ_CHECK_WARNING,
				pq_arena_copy(draft->arena, pq_string_from(text)));
}

/* Rules that are used, against the versions of their kind. */
static void judge_conversion(struct hearing *hearing)
{
	const struct pq_value *spec = pq_value_find(&hearing->document->value, PQ_S("spec"));
	pq_policy_examine_conversion(
		hearing->world->policy, pq_value_find_string(spec, PQ_S("group")),
		pq_value_find_string(spec, PQ_S("kind")), add_remark, hearing->draft);
}

static void judge_schema(struct hearing *hearing, enum check_class class)
{
	struct check_draft *draft = hearing->draft;
	const struct pq_error *refusal =
		check_world_find_refusal(hearing->world, draft->source, hearing->document);
	if (class == CHECK_CRD)
		judge_crd(hearing);
	if (class == CHECK_CONVERSION_RULES && refusal == NULL)
		judge_conversion(hearing);
	if (refusal == NULL || draft->is_refused)
		return;
	/* An update may leave what no new CRD may have: a server keeps it, but nothing here can go
	 * by it. */
	bool is_kept = class == CHECK_CRD && draft->outcome.is_update &&
		       refusal->code == PQ_ERROR_REJECTED;
	if (is_kept || refusal->code == PQ_ERROR_CONFLICT)
		check_draft_add_message(
			draft, PQ_CHECK_WARNING,
			pq_arena_format(draft->arena, "not used: %s", refusal->message));
	else
		check_draft_add_error(draft, refusal);
}

/* Both are asked of every document, so that neither is told to have meant none. */
static bool is_filtered_out(const struct check_world *world, const struct pq_check_outcome *outcome)
{
	bool is_wanted = world->only.count == 0 || check_filters_use(&world->only, outcome);
	bool is_unwanted = check_filters_use(&world->skip, outcome);
	return !is_wanted || is_unwanted;
}

/* A comment that does not say why is told of instead. */
static bool is_ignored_by_comment(const struct check_document *document, struct check_draft *draft)
{
	struct pq_check_outcome *outcome = &draft->outcome;
	struct pq_string reason;
	if (!check_find_ignore_comment(document->head, &reason))
		return false;
	if (reason.length > 0) {
		outcome->verdict = PQ_CHECK_IGNORED;
		outcome->note = reason;
		return true;
	}
	check_draft_add_lack_of_reason(draft);
	return false;
}

static void judge_by_class(struct hearing *hearing, enum check_class class, const char *note)
{
	struct check_draft *draft = hearing->draft;
	switch (class) {
	case CHECK_NO_MANIFEST:
	case CHECK_ENCRYPTED:
		draft->outcome.verdict =
			class == CHECK_ENCRYPTED ? PQ_CHECK_ENCRYPTED : PQ_CHECK_NOT_A_MANIFEST;
		draft->outcome.note = pq_string_from(note);
		break;
	case CHECK_UNPARSABLE:
		check_draft_add_error(draft, &hearing->document->error);
		break;
	case CHECK_INCOMPLETE:
		check_draft_add_message(draft, PQ_CHECK_ERROR, PQ_S(PQ_CHECK_NO_OBJECT));
		break;
	case CHECK_CRD:
	case CHECK_ADMISSION_SCHEMA:
	case CHECK_CONVERSION_RULES:
		judge_schema(hearing, class);
		break;
	case CHECK_NAMESPACE:
	case CHECK_OBJECT:
		judge_object(hearing);
		break;
	}
}

/* Gives both states the same resourceVersion, as if the new one had been made of the old: files
 * have none, or any. */
static bool set_version(struct pq_arena *arena, struct pq_value *object)
{
	const struct pq_value version = pq_value_from_string(PQ_S("1"));
	const struct pq_value *stored = pq_value_find(object, PQ_S("metadata"));
	struct pq_value metadata;
	return pq_value_with_member(arena, stored, PQ_S("resourceVersion"), &version, &metadata) &&
	       pq_value_with_member(arena, object, PQ_S("metadata"), &metadata, object);
}

/* Gives an old object of a file what every stored object has, and its successor names. */
static bool lend_system_fields(struct pq_arena *arena, const struct pq_value *sent,
			       struct pq_value *old)
{
	static const char *const fields[] = { "uid", "creationTimestamp" };
	struct pq_value metadata = *pq_value_find(old, PQ_S("metadata"));
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		struct pq_string field = pq_string_from(fields[i]);
		const struct pq_value *has = pq_value_find(&metadata, field);
		const struct pq_value *given =
			pq_value_find(pq_value_find(sent, PQ_S("metadata")), field);
		if (given != NULL && (has == NULL || has->kind == PQ_NULL) &&
		    !pq_value_with_member(arena, &metadata, field, given, &metadata))
			return false;
	}
	return pq_value_with_member(arena, old, PQ_S("metadata"), &metadata, old);
}

static void add_unreadable_old(struct check_draft *draft, const struct pq_error *error)
{
	char text[PQ_ERROR_TEXT_MAX];
	pq_error_format(error, text, sizeof text);
	check_draft_add_message(
		draft, PQ_CHECK_ERROR,
		pq_arena_format(draft->arena, "what it was before cannot be read: %s", text));
}

/* Makes an update of a document if it can be found as it was. False when it cannot be judged. */
static bool find_old(struct hearing *hearing, struct check_old_reader *reader,
		     struct check_document *sent)
{
	const struct check_olds *olds = hearing->world->olds;
	struct check_draft *draft = hearing->draft;
	struct check_old_object *old = &hearing->found;
	struct pq_error error;
	if (olds == NULL)
		return true;
	if (!check_olds_find(olds, reader, &sent->value, draft->source->file, old, &error)) {
		add_unreadable_old(draft, &error);
		return false;
	}
	if (!old->is_found)
		return true;
	hearing->document = sent;
	hearing->old = &old->value;
	draft->outcome.is_update = true;
	return set_version(draft->arena, &old->value) && set_version(draft->arena, &sent->value) &&
	       lend_system_fields(draft->arena, &sent->value, &old->value);
}

void check_judge_document(const struct check_world *world, const struct check_document *document,
			  struct check_old_reader *reader, struct check_draft *draft)
{
	struct hearing hearing = {
		.world = world,
		.document = document,
		.draft = draft,
		.created = document,
		.reader = reader,
	};
	struct check_document sent = *document;
	const char *note;
	enum check_class class = check_classify(draft->source, document, &note);
	if (class != CHECK_UNPARSABLE && class != CHECK_NO_MANIFEST &&
	    check_patches_have(&world->patches, draft->source->file)) {
		class = CHECK_NO_MANIFEST;
		note = "patch of a kustomization";
	}
	bool is_told = class == CHECK_UNPARSABLE || class == CHECK_NO_MANIFEST;
	bool is_unwanted = is_filtered_out(world, &draft->outcome);
	if (is_unwanted && !is_told)
		draft->outcome.verdict = PQ_CHECK_SKIPPED;
	else if (is_told ||
		 (!is_ignored_by_comment(document, draft) && find_old(&hearing, reader, &sent)))
		judge_by_class(&hearing, class, note);
	if (pq_arena_is_exhausted(draft->arena))
		check_draft_give_up(draft);
	check_draft_finish(draft);
}
