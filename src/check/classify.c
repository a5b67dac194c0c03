#include "check/classify.h"

#include "base/glob.h"
#include "check/path.h"
#include "check/template.h"
#include "formats/names.h"

static const struct {
	const char *api_version;
	const char *kind;
	enum check_class class;
} classes[] = {
	{ "apiextensions.k8s.io/v1", "CustomResourceDefinition", CHECK_CRD },
	{ "admission.pratique.dev/v1", "AdmissionSchema", CHECK_ADMISSION_SCHEMA },
	{ "admission.pratique.dev/v1", "AdmissionExemption", CHECK_ADMISSION_SCHEMA },
	{ "conversion.pratique.dev/v1", "ConversionRules", CHECK_CONVERSION_RULES },
	{ "v1", "Namespace", CHECK_NAMESPACE },
};

#define VALUES "*values*.y*ml"

const char *const check_kustomization_names[CHECK_KUSTOMIZATION_NAMES] = {
	"kustomization.yaml",
	"kustomization.yml",
	"Kustomization",
};

/* Files of other tools by their names, when they do not say what they are. */
static const struct {
	struct pq_string pattern;
	const char *note;
} other_files[] = {
	{ PQ_LITERAL("Chart.yaml"), "Helm chart" },
	{ PQ_LITERAL(VALUES), "values of a Helm chart" },
};

enum check_class check_classify_for_others(const struct pq_value *value)
{
	struct pq_string kind = pq_value_find_string(value, PQ_S("kind"));
	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
		if (pq_string_is(kind, classes[i].kind) &&
		    pq_string_is(pq_value_find_string(value, PQ_S("apiVersion")),
				 classes[i].api_version))
			return classes[i].class;
	}
	return CHECK_OBJECT;
}

bool check_has_kustomization_name(struct pq_string file)
{
	struct pq_string name = check_path_name(file);
	for (size_t i = 0; i < CHECK_KUSTOMIZATION_NAMES; i++) {
		if (pq_string_is(name, check_kustomization_names[i]))
			return true;
	}
	return false;
}

static const char *note_by_file(struct pq_string file)
{
	struct pq_string name = check_path_name(file);
	if (check_has_kustomization_name(file))
		return "kustomization";
	for (size_t i = 0; i < sizeof other_files / sizeof other_files[0]; i++) {
		if (pq_glob_match(other_files[i].pattern, name))
			return other_files[i].note;
	}
	return "it has neither apiVersion nor kind";
}

static bool has_text(const struct pq_value *value, const char *key)
{
	return pq_value_find_string(value, pq_string_from(key)).length > 0;
}

/* A key that is the wanted one but for its letters' case. */
static bool has_misspelt(const struct pq_value *value, const char *key)
{
	for (uint32_t i = 0; value->kind == PQ_OBJECT && i < value->object->count; i++) {
		struct pq_string name = value->object->members[i].key;
		if (name.length == strlen(key) && strncasecmp(name.data, key, name.length) == 0)
			return true;
	}
	return false;
}

/* "builtin" is the apiVersion of kustomize's own transformers and generators. */
static bool is_kustomization(const struct pq_value *value)
{
	struct pq_string group = pq_names_group_of(pq_value_find_string(value, PQ_S("apiVersion")));
	return pq_string_is(group, "kustomize.config.k8s.io") ||
	       pq_string_is(pq_value_find_string(value, PQ_S("apiVersion")), "builtin") ||
	       (group.length == 0 && !has_text(value, "apiVersion") &&
		pq_string_is(pq_value_find_string(value, PQ_S("kind")), "Kustomization"));
}

bool check_is_kustomization(struct pq_string file, const struct pq_value *value)
{
	return check_has_kustomization_name(file) &&
	       (is_kustomization(value) ||
		(!has_text(value, "apiVersion") && !has_text(value, "kind")));
}

static bool is_chart(const struct pq_value *value)
{
	struct pq_string version = pq_value_find_string(value, PQ_S("apiVersion"));
	return (pq_string_is(version, "v1") || pq_string_is(version, "v2")) &&
	       pq_value_find(value, PQ_S("kind")) == NULL && has_text(value, "name") &&
	       has_text(value, "version");
}

static bool is_json_patch(const struct pq_value *value)
{
	for (uint32_t i = 0; value->kind == PQ_ARRAY && i < value->length; i++) {
		if (!has_text(&value->items[i], "op"))
			return false;
	}
	return value->kind == PQ_ARRAY && value->length > 0;
}

bool check_is_encrypted(const struct pq_value *value)
{
	const struct pq_value *sops = pq_value_find(value, PQ_S("sops"));
	return sops != NULL && has_text(sops, "mac") && has_text(sops, "version");
}

/* Values may choose the kind of what a chart makes. */
static bool is_values(const struct check_source *source, const struct pq_value *value)
{
	return pq_glob_match(PQ_S(VALUES), check_path_name(source->file)) &&
	       !has_misspelt(value, "apiVersion") && !has_misspelt(value, "metadata");
}

/* "kind:Pod", which without a space is a text. */
static bool is_glued(const struct pq_value *value)
{
	struct pq_string text = value->kind == PQ_STRING ? pq_value_string(value) : PQ_S("");
	return pq_string_starts_with(text, PQ_S("apiVersion:")) ||
	       pq_string_starts_with(text, PQ_S("kind:"));
}

/* Whether it says a part of what an object says of itself. */
static bool is_half_an_object(const struct check_source *source, const struct pq_value *value)
{
	if (is_glued(value))
		return true;
	return (has_misspelt(value, "apiVersion") || has_misspelt(value, "kind")) &&
	       !is_values(source, value);
}

/* What lacks both is a file of another tool, a patch or a vault of Ansible for instance, but not if
 * a program wrote it to be applied. */
static enum check_class classify_incomplete(const struct check_source *source,
					    const struct pq_value *value, const char **note)
{
	if (is_kustomization(value))
		*note = "kustomization";
	else if (is_chart(value))
		*note = "Helm chart";
	else if (is_json_patch(value))
		*note = "JSON patch";
	else if (is_half_an_object(source, value) || pq_string_is(source->file, "-"))
		return CHECK_INCOMPLETE;
	else
		*note = note_by_file(source->file);
	return CHECK_NO_MANIFEST;
}

enum check_class check_classify(const struct check_source *source,
				const struct check_document *document, const char **note)
{
	const struct pq_value *value = &document->value;
	bool is_yaml = document->error.code == PQ_ERROR_NONE;
	if (check_is_template(source, is_yaml)) {
		*note = "template of a Helm chart, not rendered";
		return CHECK_NO_MANIFEST;
	}
	if (!is_yaml)
		return CHECK_UNPARSABLE;
	if (!has_text(value, "apiVersion") || !has_text(value, "kind"))
		return classify_incomplete(source, value, note);
	if (is_kustomization(value)) {
		*note = "kustomization";
		return CHECK_NO_MANIFEST;
	}
	if (check_is_encrypted(value)) {
		*note = "encrypted by SOPS";
		return CHECK_ENCRYPTED;
	}
	return check_classify_for_others(value);
}
