/* One expression tried out by `pratique cel`. Private to this folder. */
#ifndef PQ_CLI_CEL_TRIAL_H
#define PQ_CLI_CEL_TRIAL_H

#include "cel/cel.h"
#include "cli/cel_place.h"
#include "config/option.h"
#include "schema/schema.h"

enum { CEL_MEMORY_MAX = 1 << 30 }; /* bytes for everything an expression and its data take */

enum cel_output { CEL_OUTPUT_TEXT, CEL_OUTPUT_JSON };

struct cel_settings {
	const char *data;
	const char *old;
	const char *crd;
	const char *kind;
	const char *version;
	const char *at;
	bool optional_old_self;
	int output; /* enum cel_output */
};

struct cel_trial {
	struct pq_arena *arena; /* of all below */
	struct pq_string expression;
	struct pq_source *source;       /* of the whole schema; NULL: there is none */
	enum pq_schema_kind kind;       /* of that */
	const struct pq_schema *schema; /* that completed the data; or NULL */
	struct cel_place place;
	const struct pq_cel_declaration *declaration; /* NULL: there is no self */
	struct pq_cel_compilation compilation;
	struct pq_cel_evaluation evaluation;
	struct pq_cel_value value; /* when evaluated */
	struct pq_string refusal;  /* of a rule there, or data NULL */
	bool uses_self, uses_old_self;
	bool old_is_optional;
	bool is_evaluated;
};

/* Done with by cel_trial_done, whether it fails or not. It fails when there is nothing to tell of
 * the expression. */
PQ_CHECKED bool cel_trial_run(struct cel_trial *trial, const struct cel_settings *settings,
			      const struct pq_option_list *words, struct pq_error *error);
void cel_trial_done(struct cel_trial *trial);

/* The command's output (cel_report.c). */
void cel_report_write(const struct cel_trial *trial, const struct cel_settings *settings,
		      struct pq_buffer *text);

/* Whether the trial has shown that something is wrong. */
bool cel_report_has_findings(const struct cel_trial *trial, const struct cel_settings *settings);

#endif
