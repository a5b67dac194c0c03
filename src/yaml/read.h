/*
 * Reading YAML as Kubernetes' tools do, by the rules of sigs.k8s.io/yaml v1.6
 * (go.yaml.in/yaml/v2): YAML 1.1 scalars, merge keys, anchors, and its words for what it refuses.
 * The usual is scanned by src/yaml/block.h, anything else by libyaml.
 *
 * libyaml 0.2.5 itself differs from go-yaml in a few corners: inside [] and {} it takes an empty
 * scalar behind a tag, and refuses "a:," and a tag that holds ","; in double quotes it refuses \',
 * and it refuses a byte order mark between lines.
 */
#ifndef PQ_YAML_READ_H
#define PQ_YAML_READ_H

#include "json/value.h"

enum {
	PQ_YAML_DEPTH_MAX = 10000,
	PQ_YAML_ALIAS_NODES_MAX = 1000000, /* nodes made by expanding aliases, per document */
	/* Members that "<<" copies into the mapping around it, per document: each once for every
	 * merge that it is in. */
	PQ_YAML_MERGED_MEMBERS_MAX = 1000000,
	/* Sum over the nodes of a text of how many [] and {} are open around each. libyaml looks at
	 * all of them for every token; this is about half a second. */
	PQ_YAML_FLOW_WORK_MAX = 200000000,
	/* libyaml compares each with all before it, and then every tag with all of them. */
	PQ_YAML_TAG_DIRECTIVES_MAX = 100,
};

enum pq_yaml_conversion {
	/* Values as a Kubernetes object has them after yaml.YAMLToJSON: keys become strings, a
	 * float such as 1.0 becomes the integer 1, timestamps stay strings. */
	PQ_YAML_TO_JSON,
	/* Scalars keep YAML's own types (1.0 is a double); keys still become strings. */
	PQ_YAML_PLAIN,
};

struct pq_yaml_options {
	enum pq_yaml_conversion conversion;
	size_t alias_nodes_max; /* 0 means PQ_YAML_ALIAS_NODES_MAX */
	/* Messages as go-yaml has them, with the line that it counts, which may be one off ("yaml:
	 * line 3: mapping values are not allowed in this context"); without, they do not repeat the
	 * place that the error tells anyway. */
	bool go_texts;
	/* When given, duplicate keys are added as PQ_FINDING_DUPLICATE_FIELD and the last one wins,
	 * without a word where it stands behind the "<<" that merged the first; else a duplicate
	 * key is an error, as in sigs.k8s.io/yaml's strict reading. */
	struct pq_findings *findings;
	/* For whoever compares: nothing is read by src/yaml/block.h. */
	bool only_libyaml;
};

/* The documents of one text, one after the other. Opaque. */
struct pq_yaml_stream;

/* text must live as long as the stream; values do not refer to it but by offset, and strings are in
 * the arena. A text in UTF-16 (with a byte order mark) gives values without offsets. options may be
 * NULL and are copied. NULL when out of memory. Free with pq_yaml_stream_free. */
struct pq_yaml_stream *pq_yaml_stream_new(struct pq_string text,
					  const struct pq_yaml_options *options);
void pq_yaml_stream_free(struct pq_yaml_stream *stream);

enum pq_yaml_result { PQ_YAML_DOCUMENT, PQ_YAML_END, PQ_YAML_FAILED };

/* Reads the next document into the arena. PQ_YAML_DOCUMENT: *value is set (null for an empty
 * document) and *offset, if given, is where the document starts. PQ_YAML_FAILED: the error has
 * line and column; later calls give PQ_YAML_END, for what follows cannot be trusted. */
enum pq_yaml_result pq_yaml_stream_next(struct pq_yaml_stream *stream, struct pq_arena *arena,
					struct pq_value *value, uint32_t *offset,
					struct pq_error *error);

/* One document only: a second one, or none, is an error. */
PQ_CHECKED bool pq_yaml_read(struct pq_arena *arena, struct pq_string text,
			     const struct pq_yaml_options *options, struct pq_value *value,
			     struct pq_error *error);

#define pq_cleanup_yaml_stream PQ_CLEANUP(pq_yaml_stream_cleanup)
void pq_yaml_stream_cleanup(struct pq_yaml_stream **stream);

#endif
