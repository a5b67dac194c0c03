/*
 * A subcommand of pratique: one row of the table in command.c, one file in this folder. The row is
 * all that --help, shell completion and the man page know of it.
 */
#ifndef PQ_CLI_COMMAND_H
#define PQ_CLI_COMMAND_H

#include "base/error.h"
#include "config/option.h"

/* Exit codes of every command. */
enum pq_exit {
	PQ_EXIT_OK = 0,
	PQ_EXIT_FINDINGS = 1, /* the input was judged and refused */
	PQ_EXIT_UNUSABLE = 2, /* usage, an unreadable file, a failure of ours */
};

/* Row of a command's option table. at is the offset of its field, an int: an index into names, of
 * which first is the first one. */
#define PQ_OUTPUT_OPTION(at, names, first)                                                         \
	{                                                                                          \
		.name = "output", .letter = 'o', .type = PQ_OPTION_CHOICE,                         \
		.sources = PQ_OPTION_FLAG, .offset = (at), .default_value = (first),               \
		.choices = (names), .help = "The form of what is printed",                         \
	}

struct pq_command {
	const char *name;
	const char *summary;             /* a phrase for `pratique help` */
	const char *const *usage;        /* command lines, ended by NULL */
	const char *description;         /* paragraphs, lines of at most 80 characters */
	const struct pq_option *options; /* NULL: none. --help needs no row */
	const char *const *verbs;        /* words that come first, ended by NULL; or NULL */
	const char *const *examples;     /* command lines, ended by NULL */
	/* argv[0] is the command's name. Returns an exit code. */
	int (*run)(int argc, char **argv);
};

extern const struct pq_command pq_command_cel;
extern const struct pq_command pq_command_certs;
extern const struct pq_command pq_command_check;
extern const struct pq_command pq_command_completion;
extern const struct pq_command pq_command_dry_run;
extern const struct pq_command pq_command_explain;
extern const struct pq_command pq_command_help;
extern const struct pq_command pq_command_manifests;
extern const struct pq_command pq_command_review;
extern const struct pq_command pq_command_serve;
extern const struct pq_command pq_command_version;

/* Ended by NULL. */
extern const struct pq_command *const pq_commands[];

/* NULL when there is none. */
const struct pq_command *pq_command_find(const char *name);

/* Runs the command that argv[1] names, or prints its help when --help is among its arguments. */
int pq_command_main(int argc, char **argv);

/* "pratique check: file:3:5: message" on standard error; returns the exit code of the error. */
int pq_command_fail(const char *command, const struct pq_error *error);

/* Says that there is no such command, and which may have been meant. */
int pq_command_fail_unknown(const char *name);

/* Writes text to standard output; PQ_EXIT_UNUSABLE, and why on standard error, when that fails. */
int pq_command_print(const struct pq_buffer *text);

#endif
