/*
 * Option tables: one row gives the flag, the file's key, the environment variable, the range check,
 * the line of --help and the row of docs/configuration.md.
 */
#ifndef PQ_CONFIG_OPTION_H
#define PQ_CONFIG_OPTION_H

#include "base/buffer.h"
#include "base/error.h"

enum pq_option_type {
	PQ_OPTION_SWITCH,   /* bool; --name or --name=false */
	PQ_OPTION_TEXT,     /* const char * */
	PQ_OPTION_LIST,     /* struct pq_option_list; repeated, or a YAML sequence */
	PQ_OPTION_INTEGER,  /* int64_t */
	PQ_OPTION_DURATION, /* int64_t nanoseconds; "10s", "1m30s", as Go's time.ParseDuration */
	PQ_OPTION_SIZE,     /* int64_t bytes; "7Mi", "64Ki", "1000" */
	PQ_OPTION_CHOICE,   /* int: index into choices */
};

struct pq_option_list {
	const char **items;
	size_t count;
};

enum pq_option_source {
	PQ_OPTION_FLAG = 1 << 0,        /* --drain-delay */
	PQ_OPTION_FILE = 1 << 1,        /* drainDelay: in pratique.yaml */
	PQ_OPTION_ENVIRONMENT = 1 << 2, /* PRATIQUE_DRAIN_DELAY */
	PQ_OPTION_EVERYWHERE = 7,
};

/* A table is an array of rows ended by one whose name is NULL. */
struct pq_option {
	const char *name; /* the flag's, without dashes: "drain-delay" */
	char letter;      /* of a short flag, or 0 */
	enum pq_option_type type;
	unsigned sources;
	size_t offset;              /* of the field in the settings struct */
	const char *default_value;  /* as a user would write it, or NULL: zero, unset, empty */
	int64_t minimum, maximum;   /* of numbers; both 0: no range */
	const char *const *choices; /* ended by NULL */
	bool at_start;              /* a reload does not change it */
	const char *value_name;     /* in --help: "ADDR:PORT"; NULL: derived from the type */
	const char *help;           /* one sentence */
};

/* These four store into settings, row by row: what was stored before a failure stays. Texts live in
 * the arena. A value that is refused is PQ_ERROR_USAGE; the error names it as the user did. */

/* Sets every row's default. */
PQ_CHECKED bool pq_options_set_defaults(const struct pq_option *table, void *settings,
					struct pq_arena *arena, struct pq_error *error);

/* Takes flags from the arguments (--name VALUE, --name=VALUE, -o VALUE, -oVALUE, -o=VALUE, "--");
 * what is left, in order, goes into *rest, as the arguments' own texts. An unknown flag is
 * PQ_ERROR_USAGE and names the nearest one. */
PQ_CHECKED bool pq_options_parse(const struct pq_option *table, int argc, char *const *argv,
				 void *settings, struct pq_arena *arena,
				 struct pq_option_list *rest, struct pq_error *error);

/* Takes PRATIQUE_… variables. One that is nearly a row's is refused. */
PQ_CHECKED bool pq_options_read_environment(const struct pq_option *table, void *settings,
					    struct pq_arena *arena, struct pq_error *error);

/* Where a file gives an option its value, from 1; zeros where it does not. */
struct pq_option_place {
	uint32_t line, column;
};

/* Takes a YAML file through libcyaml, after checking it against the table: unknown key (with the
 * nearest known one), duplicate, type, unit, range, more than one document; each error with line
 * and column. An empty file changes nothing. places has one for each row, in its order; those of
 * rows that the file gives are set. */
PQ_CHECKED bool pq_options_read_file(const struct pq_option *table, const char *path,
				     void *settings, struct pq_option_place *places,
				     struct pq_arena *arena, struct pq_error *error);

/* Whether two settings structs agree in this row. */
bool pq_option_equal(const struct pq_option *option, const void *one, const void *other);

/* The lines of --help. */
void pq_options_write_help(const struct pq_option *table, struct pq_buffer *text);

/* What stands for the value in help: "TIME", "allow|warn|deny"; nothing for a switch. */
void pq_option_write_value_name(const struct pq_option *option, struct pq_buffer *text);

/* A Markdown table for the docs: flag, key, variable, default, range, meaning. */
void pq_options_write_markdown(const struct pq_option *table, struct pq_buffer *text);

/* "drain-delay" -> "drainDelay" and "PRATIQUE_DRAIN_DELAY"; size includes the NUL. */
void pq_option_file_key(const struct pq_option *option, char *key, size_t size);
void pq_option_variable(const struct pq_option *option, char *name, size_t size);

#endif
